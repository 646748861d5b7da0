namespace Mote.Kernel.Vfs;

/// <summary>How much of inotify is in use, against the limits of /proc/sys/fs/inotify.</summary>
public sealed class InotifyUse
{
    private const int DefaultInstances = 128;
    private const int DefaultWatches = 65536;

    /// <summary>max_queued_events of each instance.</summary>
    public const int MaximumEvents = InotifyQueue.MaximumEvents;

    /// <summary>max_user_instances.</summary>
    public int InstanceLimit { get; set; } = DefaultInstances;

    /// <summary>max_user_watches.</summary>
    public int WatchLimit { get; set; } = DefaultWatches;

    public int Instances { get; internal set; }

    public int Watches { get; internal set; }
}
