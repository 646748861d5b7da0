using System.Collections.Generic;

namespace Mote.Kernel.Net.Sockets;

// Files in the messages that wait here, for the search for circles.
internal abstract partial class UnixSocket
{
    /// <summary>How many of the socket's references are in messages.</summary>
    public int TimesInFlight { get; set; }

    /// <summary>While circles are looked for: references from messages of sockets that are no candidates; negative for one that can be reached.</summary>
    public int OutsideReferences { get; set; }

    /// <summary>Adds the files of all messages here and in the backlog.</summary>
    public void FindRights(List<FileRights> into)
    {
        AddRights(into, takes: false);
        for (UnixSocket? pending = FirstPending; pending != null; pending = pending.NextPending)
        {
            pending.AddRights(into, takes: false);
        }
    }

    /// <summary>Takes the files out of all messages here and in the backlog.</summary>
    public void TakeRights(List<FileRights> into)
    {
        AddRights(into, takes: true);
        for (UnixSocket? pending = FirstPending; pending != null; pending = pending.NextPending)
        {
            pending.AddRights(into, takes: true);
        }
    }

    protected abstract void AddRights(List<FileRights> into, bool takes);
}
