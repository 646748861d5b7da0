using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

// Options at the level SOL_SOCKET that Linux has beyond those of every Unix. docs/compat/sockets.md names those that there are not (ENOPROTOOPT).
public abstract partial class Socket
{
    /// <summary>SOCK_SNDBUF_LOCK and SOCK_RCVBUF_LOCK.</summary>
    protected const int SendBufferLocked = 1;
    protected const int ReceiveBufferLocked = 2;

    private const int NoPeekOffset = -1;

    private int _bufferLocks;
    private int _busyPollUs;
    private int _busyPollBudget = 8; // BUSY_POLL_BUDGET
    private bool _prefersBusyPoll;
    private int _rehashes = 1; // SO_TXREHASH
    private int _incomingCpu = -1;

    /// <summary>SO_PEEK_OFF: where the next MSG_PEEK begins; negative when peeking always begins at the front.</summary>
    protected int PeekOffset { get; set; } = NoPeekOffset;

    /// <summary>Whether SO_PEEK_OFF is known to the type.</summary>
    protected virtual bool HasPeekOffset => false;

    /// <summary>The groups of the peer (SO_PEERGROUPS); null when none are known.</summary>
    protected virtual uint[]? PeerGroups => null;

    /// <summary>SO_BINDTOIFINDEX.</summary>
    protected virtual int BoundIndex { get; set; }

    /// <summary>The most that SO_RCVLOWAT can be.</summary>
    protected virtual int LowWaterLimit => int.MaxValue;

    /// <summary>What is in the queues and was dropped, for SO_MEMINFO.</summary>
    protected virtual (int Received, int Sent, ulong Drops) Queued => default;

    /// <summary>Buffers that the program wants to have the size they have, which therefore does not grow by itself (SO_BUF_LOCK).</summary>
    protected virtual void OnBuffersLocked(int locks)
    {
    }

    /// <summary>What setsockopt(2) says to a value that cannot be read: options that are not set, or not with such a length, are refused before it is looked at.</summary>
    public virtual Errno ErrorOfUnreadable(int level, int option, int length) => Errno.EFAULT;

    /// <summary>What getsockopt(2) says to the room before it looks for the value.</summary>
    public virtual Errno CheckRoom(int level, int option, int room) => Errno.None;

    /// <summary>What an option at a level says that this socket does not know, before its value or length is looked at; none when it knows it.</summary>
    public virtual Errno RefusalOfLevel(int level, bool isSet) => level == (int)SocketLevel.Socket ? Errno.None : Errno.EOPNOTSUPP;

    /// <summary>
    /// The length of an option's value that a program with so much room gets, or what Linux says when the room is not right. What is stored is cut to it.
    /// </summary>
    public virtual Result<int> FitOption(int level, int option, int room, int length)
    {
        const int CookieBytes = sizeof(ulong);
        if (level == (int)SocketLevel.Socket)
        {
            switch ((SocketOption)option)
            {
                case SocketOption.Cookie when room < CookieBytes:
                case SocketOption.NamespaceCookie when room != CookieBytes:
                case SocketOption.PeerName when room > length:
                    return Errno.EINVAL;
                case SocketOption.PeerGroups when room < length:
                    return Errno.ERANGE;
            }
        }

        return Math.Min(room, length);
    }

    /// <summary>Peeking goes on behind what was peeked at, and what was received is no longer before it.</summary>
    protected void MovePeekOffset(int by)
    {
        if (PeekOffset >= 0)
        {
            PeekOffset = (int)Math.Clamp((long)PeekOffset + by, 0, int.MaxValue);
        }
    }

    /// <summary>Whether it sends again what was lost, so that SO_TXREHASH says something.</summary>
    protected virtual bool HasRetransmissions => false;

    /// <summary>SO_CNX_ADVICE: the way to the peer is to be looked for anew.</summary>
    protected virtual void OnPathDoubted()
    {
    }

    private void LockBuffer(int which)
    {
        _bufferLocks |= which;
        OnBuffersLocked(_bufferLocks);
    }

    private Errno SetLaterOption(SocketOption option, int number)
    {
        switch (option)
        {
            case SocketOption.BsdCompatible:
                return Errno.None; // nothing since Linux 2.2
            case SocketOption.BusyPoll when number > _busyPollUs && !Home.Caller.IsPrivileged:
            case SocketOption.PreferBusyPoll when number != 0 && !Home.Caller.IsPrivileged:
            case SocketOption.BusyPollBudget when number > _busyPollBudget && !Home.Caller.IsPrivileged:
                return Errno.EPERM;
            case SocketOption.BusyPoll:
                _busyPollUs = number < 0 ? _busyPollUs : number; // no card is polled by who waits: a hint
                return number < 0 ? Errno.EINVAL : Errno.None;
            case SocketOption.PreferBusyPoll:
                _prefersBusyPoll = number != 0;
                return Errno.None;
            case SocketOption.BusyPollBudget:
                bool isBudget = number is >= 0 and <= ushort.MaxValue;
                _busyPollBudget = isBudget ? number : _busyPollBudget;
                return isBudget ? Errno.None : Errno.EINVAL;
            case SocketOption.ConnectionAdvice:
                if (number == 1)
                {
                    OnPathDoubted();
                }

                return Errno.None;
            case SocketOption.RehashOnTimeout when !HasRetransmissions:
                return Errno.EOPNOTSUPP;
            case SocketOption.RehashOnTimeout:
                bool isChoice = number is >= -1 and <= 1;
                _rehashes = isChoice ? number == -1 ? 1 : number : _rehashes; // there is no choice of ways to hash for
                return isChoice ? Errno.None : Errno.EINVAL;
            case SocketOption.IncomingCpu:
                _incomingCpu = number; // there is one CPU to choose from
                return Errno.None;
            case SocketOption.DetachFilter:
                return DetachFilter();
            case SocketOption.PeekOffset when HasPeekOffset:
                PeekOffset = number;
                return Errno.None;
            case SocketOption.PeekOffset:
                return Errno.EOPNOTSUPP;
            case SocketOption.BindToInterface:
                if (number < 0)
                {
                    return Errno.EINVAL;
                }

                BoundIndex = number;
                return Errno.None;
            case SocketOption.BufferLock when (number & ~(SendBufferLocked | ReceiveBufferLocked)) != 0:
                return Errno.EINVAL;
            case SocketOption.BufferLock:
                _bufferLocks = number;
                OnBuffersLocked(number);
                return Errno.None;
            case SocketOption.ReserveMemory:
                return number < 0 ? Errno.EINVAL : Errno.EOPNOTSUPP; // as where no control group counts memory
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private Result<int> GetLaterOption(SocketOption option, Span<byte> value)
    {
        const ulong OnlyNamespace = 1;
        switch (option)
        {
            case SocketOption.BsdCompatible:
            case SocketOption.ReserveMemory:
                return Number(value, 0);
            case SocketOption.BusyPoll:
                return Number(value, _busyPollUs);
            case SocketOption.PreferBusyPoll:
                return Number(value, _prefersBusyPoll ? 1 : 0);
            case SocketOption.FilterExtensions:
                return Number(value, 64); // SKF_AD_MAX
            case SocketOption.IncomingNapi:
                return Number(value, 0); // no packet says by which queue it came
            case SocketOption.RehashOnTimeout when !HasRetransmissions:
                return Errno.EOPNOTSUPP;
            case SocketOption.RehashOnTimeout:
                return Number(value, _rehashes);
            case SocketOption.IncomingCpu:
                return Number(value, _incomingCpu);
            case SocketOption.PeekOffset when HasPeekOffset:
                return Number(value, PeekOffset);
            case SocketOption.PeekOffset:
                return Errno.EOPNOTSUPP;
            case SocketOption.BindToInterface:
                return Number(value, BoundIndex);
            case SocketOption.BufferLock:
                return Number(value, _bufferLocks);
            case SocketOption.MemoryInformation:
                (int received, int sent, ulong drops) = Queued;
                return SocketMemory.Write(value, received, ReceiveBufferBytes, sent, SendBufferBytes, drops);
            case SocketOption.Cookie:
            case SocketOption.NamespaceCookie:
                BinaryPrimitives.WriteUInt64LittleEndian(value, option == SocketOption.Cookie ? Inode.Number : OnlyNamespace);
                return sizeof(ulong);
            case SocketOption.PeerGroups:
                return WriteGroups(value);
            default:
                return Errno.ENOPROTOOPT;
        }
    }

    private Result<int> WriteGroups(Span<byte> value)
    {
        uint[]? groups = PeerGroups;
        if (groups == null)
        {
            return Errno.ENODATA;
        }

        int count = Math.Min(groups.Length, value.Length / sizeof(uint));
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(value[(i * sizeof(uint))..], groups[i]);
        }

        return groups.Length * sizeof(uint);
    }

    private void InheritLaterOptions(Socket from)
    {
        _bufferLocks = from._bufferLocks;
        _incomingCpu = from._incomingCpu;
        PeekOffset = from.PeekOffset;
    }
}
