using System;
using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>One entry of an interest list, standing in its file's wait queue.</summary>
internal sealed class EpollItem(EpollFile epoll, int descriptor, OpenFile file, PollEvents events, ulong data) : FileWatch
{
    private const PollEvents Modes = PollEvents.EdgeTriggered | PollEvents.OneShot | PollEvents.WakeUp | PollEvents.Exclusive;

    public EpollFile Owner { get; } = epoll;

    public OpenFile File { get; } = file;

    public EpollKey Key => new(descriptor, File);

    public PollEvents Events { get; set; } = events;

    public ulong Data { get; set; } = data;

    public EpollItem? NextReady { get; set; }

    public EpollItem? PreviousReady { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>The last look at the ready list that told this item (<see cref="EpollFile.Wait(Span{EpollReady}, Instant, out ulong)"/>).</summary>
    public ulong Round { get; set; }

    /// <summary>What is ready now of what was asked for.</summary>
    public PollEvents Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Wanted == PollEvents.None ? PollEvents.None : File.Poll() & Wanted;
    }

    /// <summary>The events asked for with those that are always told; none while a one-shot item is spent.</summary>
    private PollEvents Wanted
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Events & ~Modes) == PollEvents.None && (Events & PollEvents.OneShot) != 0 ? PollEvents.None : (Events & ~Modes) | PollEvents.Always;
    }

    public override bool Notify(uint events) => ((PollEvents)events & Wanted) != PollEvents.None && Owner.Notify(this);

    internal override void FileClosed() => Owner.Detach(this);

    /// <summary>Lets go of the file.</summary>
    public void Leave()
    {
        Queue?.Remove(this);
        File.RemoveWatch(this);
    }
}
