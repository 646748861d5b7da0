using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Vfs;
using Mote.Machine;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Kernel.Net.Sockets;

/// <summary>A socket of AF_NETLINK with NETLINK_ROUTE: programs ask for interfaces, addresses and routes (rtnetlink(7)). Nothing can be changed by it (EOPNOTSUPP), and there are no notices of changes.</summary>
internal sealed class NetlinkSocket(SocketSystem home, NetStack stack, SocketKind kind, OpenFlags flags) : Socket(home, AddressFamily.Netlink, kind, 0, flags)
{
    /// <summary>struct sockaddr_nl: family, padding, port, groups.</summary>
    private const int NameBytes = 12;

    private readonly Queue<byte[]> _answers = new();
    private uint _port;
    private uint _groups;

    public override Errno Bind(ReadOnlySpan<byte> name)
    {
        if (name.Length < NameBytes || BinaryPrimitives.ReadUInt16LittleEndian(name) != (ushort)AddressFamily.Netlink)
        {
            return Errno.EINVAL;
        }

        uint wanted = BinaryPrimitives.ReadUInt32LittleEndian(name[4..]);
        if (_port != 0 && wanted != 0 && wanted != _port)
        {
            return Errno.EINVAL;
        }

        _port = wanted != 0 ? wanted : _port != 0 ? _port : Home.NextNetlinkPort();
        _groups = BinaryPrimitives.ReadUInt32LittleEndian(name[8..]);
        return Errno.None;
    }

    // The kernel is the only peer there is.
    public override Errno Connect(ReadOnlySpan<byte> name) =>
        name.Length < NameBytes ? Errno.EINVAL : BinaryPrimitives.ReadUInt32LittleEndian(name[4..]) == 0 ? Errno.None : Errno.ECONNREFUSED;

    public override Result<int> GetName(Span<byte> name) => Write(name, _port, _groups);

    public override Result<int> GetPeerName(Span<byte> name) => Write(name, 0, 0);

    public override Errno Shutdown(ShutdownDirection direction) => Errno.EOPNOTSUPP;

    public override PollEvents Poll() => (_answers.Count > 0 ? PollEvents.Readable : PollEvents.None) | PollEvents.Writable;

    // SOL_NETLINK: memberships, acknowledgements and strictness are taken; what they ask for does not come up.
    public override Errno SetOption(int level, int option, ReadOnlySpan<byte> value) =>
        level == (int)SocketLevel.Netlink ? value.Length < sizeof(int) ? Errno.EINVAL : Errno.None : base.SetOption(level, option, value);

    public override Result<int> GetOption(int level, int option, Span<byte> value) =>
        level == (int)SocketLevel.Netlink ? Number(value, 0) : base.GetOption(level, option, value);

    [MayAllocate("an answer is put together; the call has reserved memory, or the machine ends in good order")]
    public override Result<long> Send(ref DataSource data, ref OutgoingMessage message)
    {
        if (!message.Name.IsEmpty && (message.Name.Length < NameBytes || BinaryPrimitives.ReadUInt32LittleEndian(message.Name[4..]) != 0))
        {
            return message.Name.Length < NameBytes ? Errno.EINVAL : Errno.ECONNREFUSED;
        }

        if (data.Remaining > (ulong)SendBufferBytes)
        {
            return Errno.EMSGSIZE;
        }

        _port = _port != 0 ? _port : Home.NextNetlinkPort();
        byte[] requests = new byte[(int)data.Remaining];
        if (data.Read(requests) < requests.Length)
        {
            return Errno.EFAULT;
        }

        ReadOnlySpan<byte> rest = requests;
        while (rest.Length >= NetlinkMessage.HeaderBytes)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < NetlinkMessage.HeaderBytes || length > rest.Length)
            {
                break;
            }

            Answer(rest[..length]);
            rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        }

        return requests.Length;
    }

    public override Result<long> Receive(ref DataSink data, ref IncomingMessage message)
    {
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        byte[]? first;
        while (!_answers.TryPeek(out first))
        {
            Errno error = MustNotWait(message.Flags) ? Errno.EAGAIN : WaitAt(Readiness, deadline, isExclusive: true);
            if (error != Errno.None)
            {
                return error;
            }
        }

        if ((message.Flags & MessageFlags.Peek) == 0)
        {
            _ = _answers.Dequeue();
        }

        int wanted = (int)Math.Min((ulong)first.Length, data.Remaining);
        int copied = data.Write(first.AsSpan(0, wanted));
        Span<byte> name = stackalloc byte[NameBytes];
        message.SetName(name[..Write(name, 0, 0)]);
        message.Received |= wanted < first.Length ? MessageFlags.Truncated : MessageFlags.None;
        message.Credentials = PassesCredentials ? new SocketCredentials(0, 0, 0) : null;
        return copied < wanted ? Errno.EFAULT : (message.Flags & MessageFlags.Truncated) != 0 ? first.Length : copied;
    }

    private void Answer(ReadOnlySpan<byte> request)
    {
        ushort type = BinaryPrimitives.ReadUInt16LittleEndian(request[4..]);
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(request[6..]);
        if ((flags & NetlinkMessage.Request) == 0)
        {
            return;
        }

        NetlinkWriter writer = new(BinaryPrimitives.ReadUInt32LittleEndian(request[8..]), _port);
        RouteDump dump = new(stack, writer);
        ReadOnlySpan<byte> body = request[NetlinkMessage.HeaderBytes..];
        AddressFamily family = body.IsEmpty ? AddressFamily.Unspecified : (AddressFamily)body[0];
        bool isDump = (flags & NetlinkMessage.Dump) == NetlinkMessage.Dump;
        Errno error = Errno.None;
        switch (type)
        {
            case NetlinkMessage.GetLink when isDump:
                dump.Links(0, NetlinkMessage.Multiple);
                break;
            case NetlinkMessage.GetLink:
                const int IndexAt = 4;
                int index = body.Length >= IndexAt + sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(body[IndexAt..]) : 0;
                error = stack.InterfaceOf(index) == null ? Errno.ENODEV : Errno.None;
                dump.Links(index == 0 ? -1 : index, 0);
                break;
            case NetlinkMessage.GetAddress when isDump:
                dump.Addresses(family);
                break;
            case NetlinkMessage.GetRoute when isDump:
                dump.Routes(family);
                break;
            case NetlinkMessage.GetNeighbor or NetlinkMessage.GetRule when isDump:
                break;
            default:
                error = Errno.EOPNOTSUPP;
                break;
        }

        if (isDump && error == Errno.None)
        {
            writer.Begin(NetlinkMessage.Done, NetlinkMessage.Multiple, sizeof(int), NetlinkMessage.HeaderBytes + sizeof(int));
            writer.End();
        }
        else if (error != Errno.None || (flags & NetlinkMessage.Acknowledge) != 0)
        {
            // struct nlmsgerr: the error, and the header of what was asked.
            Span<byte> told = writer.Begin(NetlinkMessage.Error, 0, sizeof(int) + NetlinkMessage.HeaderBytes, 64);
            BinaryPrimitives.WriteInt32LittleEndian(told, -(int)error);
            request[..NetlinkMessage.HeaderBytes].CopyTo(told[sizeof(int)..]);
            writer.End();
        }

        foreach (byte[] datagram in writer.Finish())
        {
            _answers.Enqueue(datagram);
        }

        Readiness.WakeAll((uint)PollEvents.Readable);
    }

    private static int Write(Span<byte> name, uint port, uint groups)
    {
        name[..NameBytes].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(name, (ushort)AddressFamily.Netlink);
        BinaryPrimitives.WriteUInt32LittleEndian(name[4..], port);
        BinaryPrimitives.WriteUInt32LittleEndian(name[8..], groups);
        return NameBytes;
    }
}
