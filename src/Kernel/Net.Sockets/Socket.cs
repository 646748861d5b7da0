using System;
using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>
/// A socket: an open file (socket(7)) whose family and type say what addresses, connections and messages mean. Calls are made by the thread that runs; those that may wait
/// keep to the time limits and flags of the socket. The defaults are those of a type without connections.
/// </summary>
public abstract partial class Socket : OpenFile
{
    private readonly WaitQueue _readiness = new();

    protected Socket(SocketSystem home, AddressFamily family, SocketKind kind, int protocol, OpenFlags flags)
        : base(home.CreatePath(), OpenFlags.ReadWrite | flags)
    {
        Home = home;
        Family = family;
        Kind = kind;
        Protocol = protocol;
        SendBufferBytes = home.Limits.SendBuffer;
        ReceiveBufferBytes = home.Limits.ReceiveBuffer;
        home.Count++;
    }

    /// <summary>What it shares with the machine's other sockets.</summary>
    public SocketSystem Home { get; }

    public AddressFamily Family { get; }

    public SocketKind Kind { get; }

    public int Protocol { get; }

    public override WaitQueue Readiness => _readiness;

    public override bool SendsSignals => true;

    // Only a stream's writer is told by a signal that nobody will read.
    public override bool RaisesBrokenPipe => Kind == SocketKind.Stream;

    /// <summary>Whether listen(2) was called.</summary>
    public virtual bool IsListening => false;

    /// <summary>bind(2). Errors: EINVAL (bound already, a name that is too short), EADDRINUSE, EADDRNOTAVAIL, EACCES, those of a path.</summary>
    public abstract Errno Bind(ReadOnlySpan<byte> name);

    /// <summary>listen(2).</summary>
    public virtual Errno Listen(int backlog) => Errno.EOPNOTSUPP;

    /// <summary>accept(2): waits for a connection; the socket has one reference. Errors: EINVAL (not listening), EAGAIN, ECONNABORTED.</summary>
    public virtual Result<Socket> Accept(OpenFlags flags) => Errno.EOPNOTSUPP;

    /// <summary>connect(2).</summary>
    public abstract Errno Connect(ReadOnlySpan<byte> name);

    /// <summary>getsockname(2): writes what fits and returns the whole length.</summary>
    public abstract Result<int> GetName(Span<byte> name);

    /// <summary>getpeername(2). ENOTCONN.</summary>
    public abstract Result<int> GetPeerName(Span<byte> name);

    /// <summary>The peer's name for accept(2), which may have ended the connection already.</summary>
    public virtual Result<int> GetAcceptedName(Span<byte> name) => GetPeerName(name);

    /// <summary>shutdown(2).</summary>
    public abstract Errno Shutdown(ShutdownDirection direction);

    /// <summary>sendmsg(2). Returns the bytes taken.</summary>
    public abstract Result<long> Send(ref DataSource data, ref OutgoingMessage message);

    /// <summary>recvmsg(2). Returns the bytes given, or with MSG_TRUNC the datagram's length.</summary>
    public abstract Result<long> Receive(ref DataSink data, ref IncomingMessage message);

    /// <summary>recvmsg(2) with MSG_ERRQUEUE: the oldest entry of the queue of errors. EAGAIN when it is empty. Families without one pass the flag over.</summary>
    public virtual Result<long> ReceiveError(ref DataSink data, ref IncomingMessage message) => Receive(ref data, ref message);

    public sealed override Result<long> Read(ref DataSink to)
    {
        if (to.Remaining == 0)
        {
            return 0;
        }

        IncomingMessage message = default;
        Result<long> result = Receive(ref to, ref message);
        message.Rights?.Release(); // nobody asked for them
        return result;
    }

    public sealed override Result<long> Write(ref DataSource from)
    {
        OutgoingMessage message = default;
        return Send(ref from, ref message);
    }

    // Pages for a mapping there are none (ENODEV).
    public override PageSource? Pages => null;

    /// <summary>The last reference is gone. Whoever overrides it calls it.</summary>
    protected override void OnClose() => Home.Count--;

    /// <summary>Whether a call with these flags must not wait.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool MustNotWait(MessageFlags flags) => IsNonBlocking || (flags & MessageFlags.DontWait) != 0;

    /// <summary>When a wait of that many nanoseconds ends; zero is no limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Instant DeadlineOf(ulong timeoutNs) => timeoutNs == 0 ? Instant.Never : Later(timeoutNs);

    private static Instant Later(ulong timeoutNs) => Clock.Now.Plus(timeoutNs);

    /// <summary>
    /// Waits until something happens at the socket. EAGAIN when the deadline came; a signal ends the wait with ERESTARTSYS, or EINTR when there is a deadline (signal(7)).
    /// </summary>
    protected static Errno WaitAt(WaitQueue queue, Instant deadline, bool isExclusive = false) => queue.Wait(deadline, isInterruptible: true, isExclusive) switch
    {
        WaitResult.TimedOut => Errno.EAGAIN,
        WaitResult.Interrupted => deadline.IsNever ? Errno.ERESTARTSYS : Errno.EINTR,
        _ => Errno.None,
    };
}
