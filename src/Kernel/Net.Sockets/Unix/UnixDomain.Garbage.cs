using System.Collections.Generic;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

// Sockets on their way in messages of sockets. Two sockets, each of which waits in the other's queue, keep each other open though nobody can reach them:
// such circles are found and broken when a socket is closed, as net/unix/garbage.c does.
internal sealed partial class UnixDomain
{
    private bool _isCollecting;

    /// <summary>Descriptors on their way in all sockets.</summary>
    public int FilesInFlight { get; private set; }

    /// <summary>A message with files was stored.</summary>
    public void OnQueued(FileRights rights)
    {
        FilesInFlight += rights.Files.Length;
        foreach (OpenFile file in rights.Files)
        {
            if (file is UnixSocket socket)
            {
                socket.TimesInFlight++;
            }
        }
    }

    /// <summary>A message with files was taken out or dropped.</summary>
    public void OnTaken(FileRights rights)
    {
        FilesInFlight -= rights.Files.Length;
        foreach (OpenFile file in rights.Files)
        {
            if (file is UnixSocket socket)
            {
                socket.TimesInFlight--;
            }
        }
    }

    /// <summary>Closes what only circles of messages hold.</summary>
    public void CollectGarbage()
    {
        if (FilesInFlight == 0 || _isCollecting)
        {
            return;
        }

        // Candidates are those whose every reference is in some queue.
        List<UnixSocket> candidates = [];
        for (UnixSocket? socket = FirstSocket; socket != null; socket = socket.NextSocket)
        {
            bool isCandidate = socket.TimesInFlight > 0 && socket.ReferenceCount == socket.TimesInFlight;
            socket.OutsideReferences = isCandidate ? socket.TimesInFlight : -1;
            if (isCandidate)
            {
                candidates.Add(socket);
            }
        }

        if (candidates.Count == 0)
        {
            return;
        }

        List<FileRights> rights = [];
        foreach (UnixSocket candidate in candidates)
        {
            rights.Clear();
            candidate.FindRights(rights);
            foreach (UnixSocket held in CandidatesIn(rights))
            {
                held.OutsideReferences--;
            }
        }

        // What a queue holds that is no candidate's can be reached, and what those hold in turn.
        Stack<UnixSocket> reached = new();
        foreach (UnixSocket candidate in candidates)
        {
            if (candidate.OutsideReferences > 0)
            {
                reached.Push(candidate);
            }
        }

        while (reached.TryPop(out UnixSocket? socket))
        {
            socket.OutsideReferences = -1;
            rights.Clear();
            socket.FindRights(rights);
            foreach (UnixSocket held in CandidatesIn(rights))
            {
                reached.Push(held);
            }
        }

        Close(candidates);
    }

    private void Close(List<UnixSocket> candidates)
    {
        _isCollecting = true;
        List<FileRights> garbage = [];
        foreach (UnixSocket candidate in candidates)
        {
            if (candidate.OutsideReferences >= 0)
            {
                candidate.TakeRights(garbage);
            }
        }

        foreach (FileRights rights in garbage)
        {
            rights.Release();
        }

        _isCollecting = false;
    }

    private static IEnumerable<UnixSocket> CandidatesIn(List<FileRights> rights)
    {
        foreach (FileRights message in rights)
        {
            for (int i = 0; i < message.Files.Length; i++)
            {
                if (message.Files[i] is UnixSocket { OutsideReferences: >= 0 } socket)
                {
                    yield return socket;
                }
            }
        }
    }
}
