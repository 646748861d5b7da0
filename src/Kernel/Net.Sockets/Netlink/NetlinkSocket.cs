using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// A socket of AF_NETLINK (netlink(7)): requests to the kernel, which is the only peer, and notices of changes in the groups that it is in. What is asked is up to the protocol's
/// <see cref="NetlinkAnswers"/>; here is how it comes and goes.
/// </summary>
internal sealed partial class NetlinkSocket : Socket
{
    /// <summary>struct sockaddr_nl: family, padding, port, groups.</summary>
    private const int NameBytes = 12;

    private readonly Queue<byte[]> _answers = new();
    private readonly NetlinkAnswers _protocol;
    private int _queuedBytes;

    public NetlinkSocket(SocketSystem home, NetlinkAnswers answers, SocketKind kind, NetlinkProtocol protocol, OpenFlags flags)
        : base(home, AddressFamily.Netlink, kind, (int)protocol, flags)
    {
        _protocol = answers;
        home.Netlinks.Add(this);
    }

    /// <summary>The number that answers are addressed to; zero as long as it has none.</summary>
    public uint Port { get; private set; }

    /// <summary>The groups that it is in, the first in the lowest bit.</summary>
    public uint Groups { get; private set; }

    /// <summary>Bytes that wait to be read.</summary>
    public int QueuedBytes => _queuedBytes;

    public override Errno Bind(ReadOnlySpan<byte> name)
    {
        if (name.Length < NameBytes || BinaryPrimitives.ReadUInt16LittleEndian(name) != (ushort)AddressFamily.Netlink)
        {
            return Errno.EINVAL;
        }

        uint wanted = BinaryPrimitives.ReadUInt32LittleEndian(name[4..]);
        if (Port != 0 && wanted != Port)
        {
            return Errno.EINVAL;
        }

        if (Port == 0 && wanted != 0 && Home.Netlinks.IsTaken((NetlinkProtocol)Protocol, wanted))
        {
            return Errno.EADDRINUSE;
        }

        Port = wanted != 0 ? wanted : Home.NextNetlinkPort((NetlinkProtocol)Protocol);
        Groups = BinaryPrimitives.ReadUInt32LittleEndian(name[8..]);
        return Errno.None;
    }

    // The kernel is the only peer there is.
    public override Errno Connect(ReadOnlySpan<byte> name)
    {
        if (name.Length < sizeof(ushort))
        {
            return Errno.EINVAL;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(name) == (ushort)AddressFamily.Unspecified)
        {
            return Errno.None;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(name) != (ushort)AddressFamily.Netlink || name.Length < NameBytes)
        {
            return Errno.EINVAL;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(name[4..]) != 0)
        {
            return Errno.ECONNREFUSED;
        }

        AssignPort();
        return Errno.None;
    }

    public override Result<int> GetName(Span<byte> name) => Write(name, Port, Groups);

    public override Result<int> GetPeerName(Span<byte> name) => Write(name, 0, 0);

    public override Errno Shutdown(ShutdownDirection direction) => Errno.EOPNOTSUPP;

    public override PollEvents Poll() =>
        (_answers.Count > 0 ? PollEvents.Readable : PollEvents.None) | PollEvents.Writable | PollEvents.WriteBand |
        (PendingError != Errno.None ? PollEvents.Error : PollEvents.None);

    public override Result<long> Control(uint request, ulong argument, AddressSpace space) => InterfaceRequests.Control(Home, request, argument, space);

    [MayAllocate("an answer is put together; the call has reserved memory, or the machine ends in good order")]
    public override Result<long> Send(ref DataSource data, ref OutgoingMessage message)
    {
        if ((message.Flags & MessageFlags.OutOfBand) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        if (data.Remaining == 0)
        {
            return Errno.ENODATA;
        }

        if (!message.Name.IsEmpty)
        {
            bool isWhole = message.Name.Length >= NameBytes;
            if (!isWhole || BinaryPrimitives.ReadUInt16LittleEndian(message.Name) != (ushort)AddressFamily.Netlink)
            {
                return Errno.EINVAL;
            }

            // Another program's socket, or a group: only who is privileged speaks to those, and nobody listens.
            if (BinaryPrimitives.ReadUInt32LittleEndian(message.Name[4..]) != 0)
            {
                return Home.Caller.IsPrivileged ? Errno.ECONNREFUSED : Errno.EPERM;
            }
        }

        if (data.Remaining > (ulong)Math.Max(SendBufferBytes - 32, 0))
        {
            return Errno.EMSGSIZE;
        }

        if (!KernelHeap.CanAllocate((long)data.Remaining))
        {
            return Errno.ENOBUFS;
        }

        AssignPort();
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

            Answer(new NetlinkRequest(rest[..length], _isStrict));
            rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        }

        return requests.Length;
    }

    public override Result<long> Receive(ref DataSink data, ref IncomingMessage message)
    {
        if ((message.Flags & MessageFlags.OutOfBand) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        byte[]? first;
        while (true)
        {
            Errno pending = TakeError();
            if (pending != Errno.None)
            {
                return pending;
            }

            if (_answers.TryPeek(out first))
            {
                break;
            }

            Errno error = MustNotWait(message.Flags) ? Errno.EAGAIN : WaitAt(Readiness, deadline, isExclusive: true);
            if (error != Errno.None)
            {
                return error;
            }
        }

        if ((message.Flags & MessageFlags.Peek) == 0)
        {
            _ = _answers.Dequeue();
            _queuedBytes -= first.Length;
        }

        int wanted = (int)Math.Min((ulong)first.Length, data.Remaining);
        int copied = data.Write(first.AsSpan(0, wanted));
        Span<byte> name = stackalloc byte[NameBytes];
        message.SetName(name[..Write(name, 0, 0)]);
        message.Received |= wanted < first.Length ? MessageFlags.Truncated : MessageFlags.None;
        message.Credentials = PassesCredentials ? new SocketCredentials(0, 0, 0) : null;
        if (_tellsGroup)
        {
            Span<byte> group = stackalloc byte[sizeof(uint)];
            group.Clear();
            message.AddControl(SocketLevel.Netlink, PacketInformation, group);
        }

        return copied < wanted ? Errno.EFAULT : (message.Flags & MessageFlags.Truncated) != 0 ? first.Length : copied;
    }

    /// <summary>Whether it hears of changes in a group.</summary>
    public bool IsIn(NetlinkGroup group) => group != NetlinkGroup.None && (Groups >> ((int)group - 1) & 1) != 0;

    /// <summary>Queues messages that the kernel sends by itself. Who does not read loses them, and is told so (ENOBUFS).</summary>
    public void Notify(byte[] datagram)
    {
        Enqueue(datagram);
        Readiness.WakeAll((uint)PollEvents.Readable);
    }

    protected override void OnClose()
    {
        base.OnClose();
        Home.Netlinks.Remove(this);
    }

    private void Answer(in NetlinkRequest request)
    {
        // What is no request, or for netlink itself, is acknowledged and no more.
        bool isRequest = (request.Flags & NetlinkMessage.Request) != 0 && request.Type >= NetlinkMessage.FirstRequest;
        NetlinkWriter writer = new(request.Sequence, Port);
        Errno error = isRequest ? _protocol.Answer(request, writer) : Errno.None;
        if (isRequest && request.IsDump && (error == Errno.None || _protocol.IsOfDump(request, error)))
        {
            Span<byte> ended = writer.Begin(NetlinkMessage.Done, NetlinkMessage.Multiple, sizeof(int));
            BinaryPrimitives.WriteInt32LittleEndian(ended, -(int)error);
            writer.End();
        }
        else if (error != Errno.None || (request.Flags & NetlinkMessage.Acknowledge) != 0)
        {
            WriteError(request, error, writer);
        }

        foreach (byte[] datagram in writer.Finish())
        {
            Enqueue(datagram);
        }

        PendingError = writer.IsCut ? Errno.ENOBUFS : PendingError;
        Readiness.WakeAll((uint)PollEvents.Readable);
    }

    /// <summary>struct nlmsgerr: the error, and what was asked: its header, and the rest too where that failed and the program has not said that it knows it (NETLINK_CAP_ACK).</summary>
    private void WriteError(in NetlinkRequest request, Errno error, NetlinkWriter writer)
    {
        const int MostShown = 1024; // of requests that are longer the header alone
        bool isWhole = error != Errno.None && !_capsErrors && request.Bytes.Length <= MostShown;
        ReadOnlySpan<byte> shown = isWhole ? request.Bytes : request.Bytes[..NetlinkMessage.HeaderBytes];
        string? explanation = error != Errno.None && _explainsErrors ? writer.Explanation : null;
        ushort flags = (ushort)((isWhole ? 0 : NetlinkMessage.Capped) | (explanation != null ? NetlinkMessage.HasAttributes : 0));
        Span<byte> told = writer.Begin(NetlinkMessage.Error, flags, sizeof(int) + shown.Length);
        BinaryPrimitives.WriteInt32LittleEndian(told, -(int)error);
        shown.CopyTo(told[sizeof(int)..]);
        if (explanation != null)
        {
            const ushort Message = 1; // NLMSGERR_ATTR_MSG
            writer.AddText(Message, explanation);
        }

        writer.End();
    }

    private void Enqueue(byte[] datagram)
    {
        if (Filter != null)
        {
            uint kept = FilterBytes(datagram, (ushort)Protocol);
            if (kept == 0)
            {
                return;
            }

            datagram = kept < (uint)datagram.Length ? datagram[..(int)kept] : datagram;
        }

        if (_queuedBytes >= ReceiveBufferBytes)
        {
            PendingError = _losesSilently ? PendingError : Errno.ENOBUFS;
            return;
        }

        _queuedBytes += datagram.Length;
        _answers.Enqueue(datagram);
    }

    private void AssignPort() => Port = Port != 0 ? Port : Home.NextNetlinkPort((NetlinkProtocol)Protocol);

    private static int Write(Span<byte> name, uint port, uint groups)
    {
        name[..NameBytes].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(name, (ushort)AddressFamily.Netlink);
        BinaryPrimitives.WriteUInt32LittleEndian(name[4..], port);
        BinaryPrimitives.WriteUInt32LittleEndian(name[8..], groups);
        return NameBytes;
    }
}
