using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>An inotify instance: watches on inodes and the queue of what they heard (inotify(7)).</summary>
public sealed class InotifyFile : OpenFile
{
    private const uint BytesReadable = 0x541b; // FIONREAD
    private const long WatchBytes = 200;

    private readonly Dictionary<int, InotifyWatch> _watches = [];
    private readonly InotifyQueue _queue = new();
    private readonly WaitQueue _arrived = new();
    private readonly InotifyUse _use;
    private CyclicNumbers _numbers = new(1, int.MaxValue);

    public InotifyFile(FileTree tree, OpenFlags flags)
        : base(PathNode.CreateDetached("anon_inode:inotify"u8, new AnonymousInode(tree.Anonymous, FileType.None, 0x180)), OpenFlags.ReadOnly | flags)
    {
        _use = tree.Inotify;
        _use.Instances++;
    }

    public override WaitQueue? Readiness => _arrived;

    public override FileGaps Gaps => FileGaps.VectorRead | FileGaps.Splice;

    public override bool SendsSignals => true;

    /// <summary>inotify_add_watch(2): a new watch, or the present one changed. Returns its descriptor. Errors: EEXIST (IN_MASK_CREATE), ENOSPC, ENOMEM.</summary>
    public Result<int> Watch(Inode inode, FileEvents mask)
    {
        FileEvents wanted = mask & (FileEvents.All | FileEvents.OneShot | FileEvents.ExcludeUnlinked);
        InotifyWatch? present = inode.FirstWatch;
        while (present != null && present.File != this)
        {
            present = present.Next;
        }

        if (present != null)
        {
            if ((mask & FileEvents.MaskCreate) != 0)
            {
                return Errno.EEXIST;
            }

            present.Events = (mask & FileEvents.MaskAdd) != 0 ? present.Events | wanted : wanted;
            return present.Number;
        }

        if (_use.Watches >= _use.WatchLimit)
        {
            return Errno.ENOSPC;
        }

        if (!KernelHeap.CanAllocate(WatchBytes + (_watches.Count * WatchBytes / 2)))
        {
            return Errno.ENOMEM;
        }

        int number;
        do
        {
            number = _numbers.Advance();
        }
        while (_watches.ContainsKey(number));

        InotifyWatch watch = new(this, number, inode, wanted) { Next = inode.FirstWatch };
        inode.FirstWatch = watch;
        _watches.Add(watch.Number, watch);
        _use.Watches++;
        return watch.Number;
    }

    /// <summary>Names each watch's inode, descriptor and events.</summary>
    public void Describe(Action<Inode, int, FileEvents> tell)
    {
        foreach (InotifyWatch watch in _watches.Values)
        {
            tell(watch.Inode, watch.Number, watch.Events);
        }
    }

    /// <summary>inotify_rm_watch(2). EINVAL.</summary>
    public Errno Remove(int number)
    {
        if (!_watches.TryGetValue(number, out InotifyWatch? watch))
        {
            return Errno.EINVAL;
        }

        Forget(watch);
        return Errno.None;
    }

    public override Result<long> Read(ref DataSink to)
    {
        while (_queue.FirstBytes == 0)
        {
            if (IsNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if (_arrived.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        long done = 0;
        while (_queue.FirstBytes is int length and > 0 && (ulong)length <= to.Remaining)
        {
            if (!_queue.TryTake(ref to))
            {
                return done > 0 ? done : Errno.EFAULT;
            }

            done += length;
        }

        return done > 0 ? done : Errno.EINVAL;
    }

    // As Linux: it moves nothing and is no error (noop_llseek).
    public override Result<long> Seek(long offset, SeekOrigin origin) => 0;

    public override PollEvents Poll() => _queue.FirstBytes > 0 ? PollEvents.Readable : PollEvents.None;

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        if (request != BytesReadable)
        {
            return Errno.ENOTTY;
        }

        return space.TryWrite(new VirtAddr(argument), _queue.Bytes) ? 0 : Errno.EFAULT;
    }

    /// <summary>A watch heard something.</summary>
    internal void Report(int watch, FileEvents events, uint cookie, ReadOnlySpan<byte> name)
    {
        _queue.Add(watch, events, cookie, name);
        _arrived.WakeAll((uint)PollEvents.Readable);
    }

    /// <summary>Ends a watch and says so.</summary>
    internal void Forget(InotifyWatch watch)
    {
        Unlist(watch);
        if (_watches.Remove(watch.Number))
        {
            _use.Watches--;
            Report(watch.Number, FileEvents.Ignored, 0, default);
        }
    }

    protected override void OnClose()
    {
        foreach (InotifyWatch watch in _watches.Values)
        {
            Unlist(watch);
        }

        _use.Watches -= _watches.Count;
        _use.Instances--;
        _watches.Clear();
    }

    private static void Unlist(InotifyWatch watch)
    {
        InotifyWatch? previous = null;
        for (InotifyWatch? at = watch.Inode.FirstWatch; at != null; previous = at, at = at.Next)
        {
            if (at != watch)
            {
                continue;
            }

            if (previous == null)
            {
                watch.Inode.FirstWatch = at.Next;
            }
            else
            {
                previous.Next = at.Next;
            }

            return;
        }
    }
}
