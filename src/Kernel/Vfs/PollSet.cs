using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// A thread's wait for one of several files: poll(2), select(2). It is used again and again, so that only the widest wait allocates. The caller holds references on the files.
/// </summary>
public sealed class PollSet
{
    private PollWaiter[] _waiters = [];
    private int _count;

    /// <summary>Queues the current thread at a file for some events (errors and hang-ups always count).</summary>
    public void Add(OpenFile file, PollEvents events)
    {
        WaitQueue? queue = file.Readiness;
        if (queue == null)
        {
            return;
        }

        if (_count == _waiters.Length)
        {
            Array.Resize(ref _waiters, Math.Max(4, _count * 2));
        }

        PollWaiter waiter = _waiters[_count++] ??= new PollWaiter();
        waiter.Set(KernelThread.Current, events | PollEvents.Always);
        queue.Add(waiter);
    }

    /// <summary>Sleeps until a file reports, a signal comes or the deadline. The caller then looks at the files.</summary>
    public static WaitResult Wait(Instant deadline) => KernelThread.Current.Scheduler.Sleep(deadline, isInterruptible: true);

    /// <summary>Leaves all queues.</summary>
    public void Clear()
    {
        for (int i = 0; i < _count; i++)
        {
            _waiters[i].Queue?.Remove(_waiters[i]);
        }

        _count = 0;
    }

    private sealed class PollWaiter : Waiter
    {
        private KernelThread? _thread;
        private PollEvents _events;

        public void Set(KernelThread thread, PollEvents events)
        {
            _thread = thread;
            _events = events;
        }

        public override bool Notify(uint events) =>
            ((PollEvents)events & _events) != PollEvents.None && _thread!.Scheduler.Wake(_thread);
    }
}
