using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Terminals;

/// <summary>
/// A pseudo terminal (pty(7)): the terminal that programs use, whose far end is a master file. It exists until its master is closed; the terminal's own descriptions may
/// come and go.
/// </summary>
internal sealed class PseudoTerminal : Terminal
{
    /// <summary>What Linux keeps on each way: 8 KiB of the pseudo terminal's driver, and behind them the reader's line discipline.</summary>
    private const int ArrivalBytes = 8192;
    private const int SentBytes = ArrivalBytes + 4096;

    private const int MaximumLost = 64 * 1024;

    private readonly PseudoTerminalTable _table;
    private readonly ByteRing _arrivals = new(ArrivalBytes);
    private readonly ByteRing _sent = new(SentBytes);
    private PacketEvents _packetEvents;
    private Instant _pauseEnds;

    public PseudoTerminal(PseudoTerminalTable table, int index, ProcessHost host, BufferPool buffers, uint owner)
        : base(host, buffers)
    {
        _table = table;
        Index = index;
        Inode = new PseudoTerminalInode(table.FileSystem, this, owner);
    }

    /// <summary>The N of /dev/pts/N.</summary>
    public int Index { get; }

    public PseudoTerminalInode Inode { get; }

    public override ulong DeviceNumber => Vfs.DeviceNumber.Make(PseudoTerminalTable.Major, (uint)Index);

    /// <summary>TIOCSPTLCK: it cannot be opened yet.</summary>
    public bool IsLocked { get; set; } = true;

    /// <summary>Told of everything that matters to the master.</summary>
    public WaitQueue MasterChanged { get; } = new();

    /// <summary>Whether it was open and is no more: the master then reads EIO.</summary>
    public bool IsAbandoned { get; private set; }

    public bool HasMaster { get; private set; } = true;

    /// <summary>TIOCPKT.</summary>
    public bool IsPacketMode { get; set; }

    /// <summary>What the master has not been told yet in packet mode.</summary>
    public PacketEvents PendingPacketEvents => IsPacketMode ? _packetEvents : PacketEvents.None;

    /// <summary>Output that the master has not read.</summary>
    public ByteRing Sent => _sent;

    /// <summary>Bytes that the master can write now.</summary>
    public int InputRoom => _arrivals.Room;

    protected internal override int OutputRoom => HasMaster ? _sent.Room : 0;

    /// <summary>Opens the terminal. EIO while it is locked or when its master is gone.</summary>
    public Result<OpenFile> OpenTerminal(PathNode path, OpenFlags flags)
    {
        if (IsLocked || !HasMaster)
        {
            return Errno.EIO;
        }

        IsAbandoned = false;
        return Open(path, flags, mayControl: true);
    }

    /// <summary>
    /// Whether who must not wait has to come again later: a line without end loses what is too much, as fast as it is written, so a loop until EAGAIN would never end. On Linux the
    /// line discipline gets its turn after the writer, who fills a buffer of 64 KiB first.
    /// </summary>
    public bool IsLosing
    {
        get
        {
            const ulong PauseNs = 50_000_000;
            if (LostInput < MaximumLost)
            {
                return false;
            }

            Instant now = Clock.Now;
            if (_pauseEnds == default)
            {
                _pauseEnds = now.Plus(PauseNs);
            }

            if (now < _pauseEnds)
            {
                return true;
            }

            _pauseEnds = default;
            LostInput = 0;
            return false;
        }
    }

    /// <summary>The master writes; returns how many bytes were taken.</summary>
    public int Bring(ReadOnlySpan<byte> bytes)
    {
        int taken = _arrivals.Add(bytes);
        Pump();
        return taken;
    }

    /// <summary>The master has read and made room.</summary>
    public void OnMasterRead() => OnOutputRoom();

    public PacketEvents TakePacketEvents()
    {
        PacketEvents events = _packetEvents;
        _packetEvents = PacketEvents.None;
        return events;
    }

    /// <summary>The master drops what it has written and was not taken yet (TCOFLUSH).</summary>
    public void DropArrivals()
    {
        _arrivals.Clear();
        MasterChanged.WakeAll((uint)PollEvents.Writable);
    }

    /// <summary>The master drops what it has not read (TCIFLUSH).</summary>
    public void DropSent()
    {
        _sent.Clear();
        OnOutputRoom();
    }

    /// <summary>TIOCSIG: a signal as if it were typed.</summary>
    public void Raise(Signal signal) => SignalForeground(signal);

    /// <summary>The master is closed: the name goes, whoever has the terminal open finds it dead, the session's leader hears of it (SIGHUP, SIGCONT).</summary>
    public void CloseMaster()
    {
        HasMaster = false;
        _table.Remove(this);
        _arrivals.Clear();
        _sent.Clear();
        HangUpFiles();
        Process? leader = SessionId == 0 ? null : Host!.FindProcess(SessionId);
        DetachSession();
        if (leader != null)
        {
            _ = leader.Send(FromKernel(Signal.SIGHUP)); // neither queues
            _ = leader.Send(FromKernel(Signal.SIGCONT));
        }
    }

    protected internal override int Send(ReadOnlySpan<byte> bytes) => HasMaster ? _sent.Add(bytes) : 0;

    protected internal override void OnSent()
    {
        if (_sent.Count > 0)
        {
            MasterChanged.WakeAll((uint)PollEvents.Readable);
        }
    }

    protected internal override void DiscardSent() => _sent.Clear();

    protected internal override void OnInputRoom() => Pump();

    internal override void OnFlushed(PacketEvents events)
    {
        if (!IsPacketMode)
        {
            return;
        }

        // The later of two opposite events counts.
        const PacketEvents Flow = PacketEvents.Stopped | PacketEvents.Started;
        _packetEvents = ((events & Flow) != 0 ? _packetEvents & ~Flow : _packetEvents) | events;
        MasterChanged.WakeAll((uint)(PollEvents.Priority | PollEvents.Readable));
    }

    protected override void OnLastClosed()
    {
        if (HasMaster)
        {
            IsAbandoned = true;
            IsPacketMode = false;
            MasterChanged.WakeAll((uint)(PollEvents.HangUp | PollEvents.Readable));
        }
    }

    private protected override void DiscardArrivals() => DropArrivals();

    private void Pump()
    {
        bool any = false;
        while (_arrivals.Count > 0)
        {
            int taken = Receive(_arrivals.Front);
            if (taken == 0)
            {
                break;
            }

            _arrivals.Remove(Math.Min(taken, _arrivals.Count)); // an interrupt character may have emptied the queue
            any = true;
        }

        if (any)
        {
            MasterChanged.WakeAll((uint)PollEvents.Writable);
        }
    }
}
