namespace Mote.Kernel.Vfs;

/// <summary>How much of epoll is in use, against the limit of /proc/sys/fs/epoll.</summary>
public sealed class EpollUse
{
    private const int DefaultWatches = 1 << 20;

    /// <summary>max_user_watches.</summary>
    public int WatchLimit { get; set; } = DefaultWatches;

    /// <summary>Items of all interest lists.</summary>
    public int Watches { get; internal set; }
}
