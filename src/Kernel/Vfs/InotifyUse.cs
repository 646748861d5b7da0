namespace Mote.Kernel.Vfs;

/// <summary>How much of inotify is in use, against the limits of /proc/sys/fs/inotify.</summary>
public sealed class InotifyUse
{
    /// <summary>max_user_instances.</summary>
    public const int MaximumInstances = 128;

    /// <summary>max_user_watches.</summary>
    public const int MaximumWatches = 65536;

    /// <summary>max_queued_events of each instance.</summary>
    public const int MaximumEvents = InotifyQueue.MaximumEvents;

    public int Instances { get; internal set; }

    public int Watches { get; internal set; }
}
