using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// A timer to wait on: timerfd_create(2). Of an interval timer nobody reads, only the first expiry is a real one; the rest is counted when somebody looks.
/// </summary>
public sealed class TimerFile : OpenFile
{
    private readonly WaitQueue _expired = new();
    private readonly TimerQueue _timers;
    private readonly Node _node;
    private ulong _intervalNs;
    private Instant _due = Instant.Never;
    private ulong _ticks;
    private bool _isCancelledOnSet;
    private bool _isCancelled;

    public TimerFile(FileTree tree, Scheduler scheduler, int clockId, bool isRealTime, OpenFlags flags)
        : base(PathNode.CreateDetached("anon_inode:[timerfd]"u8, new AnonymousInode(tree.Anonymous, FileType.None, 0x180)), OpenFlags.ReadWrite | flags)
    {
        _timers = scheduler.Timers;
        _node = new Node(this);
        IsRealTime = isRealTime;
        ClockId = clockId;
    }

    /// <summary>The clock that it was made for.</summary>
    public int ClockId { get; }

    /// <summary>The flags that it was last set with.</summary>
    public uint SetFlags { get; set; }

    /// <summary>Expiries that nobody has read.</summary>
    public ulong Ticks
    {
        get
        {
            CatchUp();
            return _ticks;
        }
    }

    /// <summary>Whether absolute times are wall-clock times.</summary>
    public bool IsRealTime { get; }

    public override WaitQueue? Readiness => _expired;

    public override FileGaps Gaps => FileGaps.Write | FileGaps.Splice;

    /// <summary>Nanoseconds to the next expiry, in 63 bits; zero when disarmed.</summary>
    public ulong RemainingNs
    {
        get
        {
            CatchUp();
            return _due.IsNever ? 0 : Math.Clamp(_due.Since(Clock.Now), 1, long.MaxValue);
        }
    }

    public ulong IntervalNs => _intervalNs;

    /// <summary>
    /// Arms the timer for a monotonic time, or disarms it with <see cref="Instant.Never"/>; unread expiries are forgotten. When the time stands for one of the wall clock it moves as that is
    /// set, and with <paramref name="isCancelled"/> a read then fails with ECANCELED.
    /// </summary>
    public void Set(Instant due, ulong intervalNs, bool isWall, bool isCancelled)
    {
        _ticks = 0;
        _isCancelledOnSet = isCancelled;
        _isCancelled = false;
        if (isWall)
        {
            _timers.Follow(_node);
        }
        else
        {
            _timers.Unfollow(_node);
        }

        _due = due;
        _intervalNs = intervalNs;
        _timers.Arm(_node, due);
    }

    public override Result<long> Read(ref DataSink to)
    {
        if (to.Remaining < sizeof(ulong))
        {
            return Errno.EINVAL;
        }

        CatchUp();
        while (_ticks == 0 && !_isCancelled)
        {
            if (IsNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if (_expired.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }

            CatchUp();
        }

        if (_isCancelled)
        {
            // What has expired does not count: the program must look at the clock anew.
            _isCancelled = false;
            _ticks = 0;
            return Errno.ECANCELED;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _ticks);
        _ticks = 0;
        return to.Write(bytes) == sizeof(ulong) ? sizeof(ulong) : Errno.EFAULT;
    }

    // As Linux: it moves nothing and is no error (noop_llseek).
    public override Result<long> Seek(long offset, SeekOrigin origin) => 0;

    public override PollEvents Poll()
    {
        // An expiry that nobody has handled as an interrupt yet counts.
        return _ticks > 0 || _isCancelled || (!_due.IsNever && _due <= Clock.Now) ? PollEvents.Readable : PollEvents.None;
    }

    protected override void OnClose()
    {
        _timers.Cancel(_node);
        _timers.Unfollow(_node);
    }

    /// <summary>Counts what has expired up to now and arms the timer for the next time.</summary>
    private void CatchUp()
    {
        Instant now = Clock.Now;
        if (_due.IsNever || _due > now)
        {
            return;
        }

        if (_intervalNs == 0)
        {
            _ticks = 1;
            _due = Instant.Never;
            _timers.Cancel(_node);
            return;
        }

        ulong expiries = 1 + (now.Since(_due) / _intervalNs);
        _ticks += expiries;
        _due = _due.Plus(expiries * _intervalNs);
        _timers.Arm(_node, _due);
    }

    private sealed class Node(TimerFile file) : TimerNode
    {
        public override void Expire(Instant now) => file._expired.WakeAll((uint)PollEvents.Readable);

        public override void OnWallClockSet(long shiftNs)
        {
            file._due = file._due.Shifted(shiftNs);
            if (file._isCancelledOnSet)
            {
                file._isCancelled = true;
                file._ticks = 0;
                file._expired.WakeAll((uint)PollEvents.Readable);
            }
        }
    }
}
