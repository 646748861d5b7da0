namespace Mote.Kernel.Vfs;

// Those who must hear when the description is closed for good (epoll).
public abstract partial class OpenFile
{
    internal FileWatch? FirstWatch { get; private set; }

    internal void AddWatch(FileWatch watch)
    {
        watch.NextWatch = FirstWatch;
        FirstWatch = watch;
    }

    internal void RemoveWatch(FileWatch watch)
    {
        FileWatch? previous = null;
        for (FileWatch? at = FirstWatch; at != null; previous = at, at = at.NextWatch)
        {
            if (at != watch)
            {
                continue;
            }

            if (previous == null)
            {
                FirstWatch = at.NextWatch;
            }
            else
            {
                previous.NextWatch = at.NextWatch;
            }

            at.NextWatch = null;
            return;
        }
    }
}
