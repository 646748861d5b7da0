using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// An interest list: epoll(7). Each item stands in its file's wait queue and puts itself on the ready list when it is told; a wait looks at that list alone.
/// </summary>
public sealed partial class EpollFile : OpenFile
{
    private const int MaximumDepth = 5;

    private readonly Dictionary<EpollKey, EpollItem> _items = [];
    private readonly WaitQueue _waiting = new();
    private readonly WaitQueue _readiness = new();
    private EpollItem? _firstReady;
    private EpollItem? _lastReady;
    private ulong _round;

    public EpollFile(FileTree tree)
        : base(PathNode.CreateDetached("anon_inode:[eventpoll]"u8, new AnonymousInode(tree.Anonymous, FileType.None, 0x180)), OpenFlags.ReadWrite)
    {
    }

    public override WaitQueue? Readiness => _readiness;

    /// <summary>EPOLL_CTL_ADD. Errors: EEXIST, EPERM (the file is always ready), EINVAL (itself), ELOOP (a circle or too deep), ENOMEM.</summary>
    public Errno Add(int descriptor, OpenFile file, PollEvents events, ulong data)
    {
        if (file == this)
        {
            return Errno.EINVAL;
        }

        if (file.Readiness == null)
        {
            return Errno.EPERM;
        }

        bool isExclusive = (events & PollEvents.Exclusive) != 0;
        if (file is EpollFile inner && (isExclusive || inner.Reaches(this, 1)))
        {
            return isExclusive ? Errno.EINVAL : Errno.ELOOP;
        }

        const long BytesEach = 100;
        if (_items.Count == _items.Capacity && !KernelHeap.CanAllocate(_items.Count * BytesEach))
        {
            return Errno.ENOMEM;
        }

        EpollItem item = new(this, descriptor, file, events, data) { IsExclusive = isExclusive };
        if (!_items.TryAdd(item.Key, item))
        {
            return Errno.EEXIST;
        }

        file.AddWatch(item);
        file.Readiness.Add(item);
        QueueIfReady(item);
        return Errno.None;
    }

    /// <summary>EPOLL_CTL_MOD. Errors: ENOENT, EINVAL (an exclusive item).</summary>
    public Errno Modify(int descriptor, OpenFile file, PollEvents events, ulong data)
    {
        if (!_items.TryGetValue(new EpollKey(descriptor, file), out EpollItem? item))
        {
            return Errno.ENOENT;
        }

        if (item.IsExclusive || (events & PollEvents.Exclusive) != 0)
        {
            return Errno.EINVAL;
        }

        item.Events = events;
        item.Data = data;
        QueueIfReady(item);
        return Errno.None;
    }

    /// <summary>EPOLL_CTL_DEL. ENOENT.</summary>
    public Errno Remove(int descriptor, OpenFile file)
    {
        if (!_items.TryGetValue(new EpollKey(descriptor, file), out EpollItem? item))
        {
            return Errno.ENOENT;
        }

        Detach(item);
        return Errno.None;
    }

    public override PollEvents Poll()
    {
        for (EpollItem? item = _firstReady; item != null; item = item.NextReady)
        {
            if (item.Current != PollEvents.None)
            {
                return PollEvents.Readable;
            }
        }

        return PollEvents.None;
    }

    protected override void OnClose()
    {
        foreach (EpollItem item in _items.Values)
        {
            item.Leave();
        }

        _items.Clear();
        _firstReady = null;
        _lastReady = null;
    }

    internal void Detach(EpollItem item)
    {
        item.Leave();
        _items.Remove(item.Key);
        Unqueue(item);
    }

    /// <summary>Something happened at an item's file.</summary>
    internal bool Notify(EpollItem item)
    {
        Queue(item);
        bool woken = _waiting.Wake(1) > 0;
        _readiness.WakeAll((uint)PollEvents.Readable);
        return woken;
    }

    private void QueueIfReady(EpollItem item)
    {
        if (item.Current != PollEvents.None)
        {
            Notify(item);
        }
    }

    private bool Reaches(EpollFile target, int depth)
    {
        if (depth >= MaximumDepth)
        {
            return true;
        }

        foreach (EpollItem item in _items.Values)
        {
            if (item.File == target || (item.File is EpollFile inner && inner.Reaches(target, depth + 1)))
            {
                return true;
            }
        }

        return false;
    }
}
