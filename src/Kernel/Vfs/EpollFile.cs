using System;
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
    private readonly Dictionary<EpollKey, EpollItem> _items = [];
    private readonly WaitQueue _waiting = new();
    private readonly WaitQueue _readiness = new();
    private EpollItem? _firstReady;
    private EpollItem? _lastReady;
    private readonly EpollGraph _graph;
    private ulong _round;

    public EpollFile(FileTree tree)
        : base(PathNode.CreateDetached("anon_inode:[eventpoll]"u8, new AnonymousInode(tree.Anonymous, FileType.None, 0x180)), OpenFlags.ReadWrite) => _graph = tree.Epolls;

    public override WaitQueue? Readiness => _readiness;

    public override FileGaps Gaps => FileGaps.Read | FileGaps.Write | FileGaps.Splice;

    public override Result<long> Seek(long offset, SeekOrigin origin) => 0; // noop_llseek

    /// <summary>
    /// EPOLL_CTL_ADD. Errors: EEXIST, EPERM (the file is always ready), EINVAL (itself, or too many ways from a file), ELOOP (a circle or
    /// too deep), ENOSPC (max_user_watches), ENOMEM.
    /// </summary>
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
        if (file is EpollFile inner && (isExclusive || !CanHold(inner)))
        {
            return isExclusive ? Errno.EINVAL : Errno.ELOOP;
        }

        if (_graph.Use.Watches >= _graph.Use.WatchLimit && !_items.ContainsKey(new EpollKey(descriptor, file)))
        {
            return Errno.ENOSPC;
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

        _graph.Use.Watches++;
        file.AddWatch(item);
        _innerLists += file is EpollFile ? 1 : 0;
        if (LeadsTooManyWays(file))
        {
            Detach(item);
            return Errno.EINVAL;
        }

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

    /// <summary>Items that are no longer ready leave the list: each is looked at once for each time that it was told.</summary>
    public override PollEvents Poll()
    {
        while (_firstReady is { } item)
        {
            if (item.Current != PollEvents.None)
            {
                return PollEvents.Readable;
            }

            Unqueue(item);
        }

        return PollEvents.None;
    }

    /// <summary>Names each item's file, descriptor, events and data, in no particular order.</summary>
    public void Describe(Action<OpenFile, int, PollEvents, ulong> tell)
    {
        foreach (EpollItem item in _items.Values)
        {
            tell(item.File, item.Key.Descriptor, item.Events, item.Data);
        }
    }

    /// <summary>The file that is watched under a descriptor's number; the number may be that of several, of which some are skipped.</summary>
    public OpenFile? FindTarget(int descriptor, uint skipped)
    {
        foreach (EpollItem item in _items.Values)
        {
            if (item.Key.Descriptor != descriptor)
            {
                continue;
            }

            if (skipped == 0)
            {
                return item.File;
            }

            skipped--;
        }

        return null;
    }

    protected override void OnClose()
    {
        foreach (EpollItem item in _items.Values)
        {
            item.Leave();
        }

        _graph.Use.Watches -= _items.Count;
        _items.Clear();
        _firstReady = null;
        _lastReady = null;
    }

    internal void Detach(EpollItem item)
    {
        item.Leave();
        if (_items.Remove(item.Key))
        {
            _graph.Use.Watches--;
            _innerLists -= item.File is EpollFile ? 1 : 0;
        }

        Unqueue(item);
    }

    /// <summary>Something happened at an item's file.</summary>
    internal bool Notify(EpollItem item)
    {
        Queue(item);
        bool woken = _waiting.Wake(1) > 0;
        if (!_readiness.IsEmpty)
        {
            _graph.Tell(this);
        }

        return woken;
    }

    private void QueueIfReady(EpollItem item)
    {
        if (item.Current != PollEvents.None)
        {
            Notify(item);
        }
    }
}
