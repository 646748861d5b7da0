namespace Mote.Kernel.Net.Sockets;

// Files in the messages that wait here, and the socket's own place in messages, for the search for circles.
internal abstract partial class UnixSocket
{
    /// <summary>How many of the socket's references are in messages.</summary>
    public int TimesInFlight { get; set; }

    /// <summary>Neighbours in the list of all sockets that are in messages.</summary>
    public UnixSocket? NextInFlight { get; set; }

    public UnixSocket? PreviousInFlight { get; set; }

    /// <summary>While circles are looked for: references from messages of sockets that are no candidates; negative for one that can be reached.</summary>
    public int OutsideReferences { get; set; } = -1;

    /// <summary>While circles are looked for: the next of those that were found.</summary>
    public UnixSocket? NextFound { get; set; }

    /// <summary>The files of the messages that wait here, linked by <see cref="FileRights.NextQueued"/>, in no order.</summary>
    public FileRights? FirstRights { get; private set; }

    public void AddRights(FileRights rights)
    {
        rights.NextQueued = FirstRights;
        if (FirstRights != null)
        {
            FirstRights.PreviousQueued = rights;
        }

        FirstRights = rights;
    }

    public void RemoveRights(FileRights rights)
    {
        if (rights.PreviousQueued == null)
        {
            FirstRights = rights.NextQueued;
        }
        else
        {
            rights.PreviousQueued.NextQueued = rights.NextQueued;
        }

        if (rights.NextQueued != null)
        {
            rights.NextQueued.PreviousQueued = rights.PreviousQueued;
        }

        rights.NextQueued = null;
        rights.PreviousQueued = null;
    }

    /// <summary>Takes the files out of all messages here and in the backlog, and drops them.</summary>
    public void DropRights()
    {
        DropOwnRights();
        for (UnixSocket? pending = FirstPending; pending != null; pending = pending.NextPending)
        {
            pending.DropOwnRights();
        }
    }

    protected abstract void DropOwnRights();
}
