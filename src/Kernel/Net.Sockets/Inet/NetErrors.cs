using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What each error of the stack is to a program.</summary>
internal static class NetErrors
{
    public static Errno ToErrno(this NetError error) => error switch
    {
        NetError.None => Errno.None,
        NetError.WouldBlock => Errno.EAGAIN,
        NetError.InvalidArgument => Errno.EINVAL,
        NetError.AddressInUse => Errno.EADDRINUSE,
        NetError.AddressNotAvailable => Errno.EADDRNOTAVAIL,
        NetError.NetworkUnreachable => Errno.ENETUNREACH,
        NetError.HostUnreachable => Errno.EHOSTUNREACH,
        NetError.ConnectionRefused => Errno.ECONNREFUSED,
        NetError.ConnectionReset => Errno.ECONNRESET,
        NetError.ConnectionAborted => Errno.ECONNABORTED,
        NetError.TimedOut => Errno.ETIMEDOUT,
        NetError.NotConnected => Errno.ENOTCONN,
        NetError.AlreadyConnected => Errno.EISCONN,
        NetError.InProgress => Errno.EINPROGRESS,
        NetError.BrokenPipe => Errno.EPIPE,
        NetError.NoMemory => Errno.ENOBUFS,
        NetError.MessageTooLong => Errno.EMSGSIZE,
        NetError.ProtocolUnreachable => Errno.ENOPROTOOPT,
        NetError.NotPermitted => Errno.EACCES,
        NetError.DestinationRequired => Errno.EDESTADDRREQ,
        NetError.FamilyMismatch => Errno.EAFNOSUPPORT,
        NetError.ProtocolError => Errno.EPROTO,
        NetError.NotSupported => Errno.EOPNOTSUPP,
        NetError.HostDown => Errno.EHOSTDOWN,
        NetError.NoNetwork => Errno.ENONET,
        _ => Errno.EIO,
    };

    public static PollEvents ToPoll(this NetEvents events) =>
        ((events & NetEvents.Readable) != 0 ? PollEvents.Readable : PollEvents.None) |
        ((events & NetEvents.Writable) != 0 ? PollEvents.Writable : PollEvents.None) |
        ((events & NetEvents.Error) != 0 ? PollEvents.Error : PollEvents.None) |
        ((events & NetEvents.HungUp) != 0 ? PollEvents.HangUp : PollEvents.None) |
        ((events & NetEvents.ReadClosed) != 0 ? PollEvents.ReadHangUp | PollEvents.Readable : PollEvents.None) |
        ((events & NetEvents.Urgent) != 0 ? PollEvents.Priority : PollEvents.None);
}
