namespace Mote.Kernel.Vfs;

// Those who must hear when the description is closed for good (epoll).
public abstract partial class OpenFile
{
    internal FileWatch? FirstWatch { get; private set; }

    internal void AddWatch(FileWatch watch)
    {
        watch.NextWatch = FirstWatch;
        if (FirstWatch != null)
        {
            FirstWatch.PreviousWatch = watch;
        }

        FirstWatch = watch;
    }

    internal void RemoveWatch(FileWatch watch)
    {
        if (watch.PreviousWatch != null)
        {
            watch.PreviousWatch.NextWatch = watch.NextWatch;
        }
        else if (FirstWatch == watch)
        {
            FirstWatch = watch.NextWatch;
        }

        if (watch.NextWatch != null)
        {
            watch.NextWatch.PreviousWatch = watch.PreviousWatch;
        }

        watch.NextWatch = null;
        watch.PreviousWatch = null;
    }
}
