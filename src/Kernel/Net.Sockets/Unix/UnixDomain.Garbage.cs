using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

// Sockets on their way in messages of sockets. Two sockets, each of which waits in the other's queue, keep each other open though nobody can reach them:
// such circles are found and broken, as net/unix/garbage.c does. All is done by loops over lists that lead through the objects themselves, because a program chooses how many there are.
internal sealed partial class UnixDomain
{
    // What a search may cost, in steps, for each close and each message with files: a search begins when what has been saved up pays for one like the last. So a thousand sockets on their
    // way are searched at every close, and among a hundred thousand the cost of a close is no greater.
    private const long StepsPerClose = 1024;
    private const long StepsPerMessage = 16;

    private UnixSocket? _firstInFlight;
    private FileRights? _firstDropped;
    private FileRights? _lastDropped;
    private bool _isDropping;
    private bool _isCollecting;
    private long _saved;
    private long _lastCost;

    /// <summary>Descriptors on their way in all sockets.</summary>
    public int FilesInFlight { get; private set; }

    /// <summary>A message with files was stored in a receiver's queue.</summary>
    public void OnQueued(UnixSocket receiver, FileRights rights)
    {
        receiver.AddRights(rights);
        FilesInFlight += rights.Files.Length;
        _saved += StepsPerMessage;
        foreach (OpenFile file in rights.Files)
        {
            if (file is UnixSocket socket && socket.TimesInFlight++ == 0)
            {
                socket.NextInFlight = _firstInFlight;
                if (_firstInFlight != null)
                {
                    _firstInFlight.PreviousInFlight = socket;
                }

                _firstInFlight = socket;
            }
        }
    }

    /// <summary>A message with files was taken out of a receiver's queue, or dropped.</summary>
    public void OnTaken(UnixSocket receiver, FileRights rights)
    {
        receiver.RemoveRights(rights);
        FilesInFlight -= rights.Files.Length;
        foreach (OpenFile file in rights.Files)
        {
            if (file is UnixSocket socket && --socket.TimesInFlight == 0)
            {
                Unlist(socket);
            }
        }
    }

    /// <summary>
    /// Lets go of the files of a message that nobody will read. To close one may drop further messages; those wait until it is closed, so that a chain of sockets, each in the
    /// next one's queue, needs no stack.
    /// </summary>
    public void Drop(FileRights rights)
    {
        if (_lastDropped == null)
        {
            _firstDropped = rights;
        }
        else
        {
            _lastDropped.Next = rights;
        }

        _lastDropped = rights;
        if (!_isDropping)
        {
            ReleaseDropped();
        }
    }

    /// <summary>A socket was closed: what only circles of messages held may be closed too.</summary>
    public void OnClosed()
    {
        if (_firstInFlight != null)
        {
            _saved += StepsPerClose;
            TryCollect();
        }
    }

    /// <summary>Closes what only circles of messages hold, if it is time. Circles may come and go without a close: who sends files looks too.</summary>
    public void TryCollect()
    {
        if (_firstInFlight != null && !_isCollecting && !_isDropping && _saved >= _lastCost)
        {
            _isCollecting = true;
            Close(FindGarbage());
            _isCollecting = false;
        }
    }

    private void ReleaseDropped()
    {
        _isDropping = true;
        while (_firstDropped is { } rights)
        {
            _firstDropped = rights.Next;
            _lastDropped = _firstDropped == null ? null : _lastDropped;
            rights.Next = null;
            rights.Release();
        }

        _isDropping = false;
    }

    /// <summary>The sockets that nobody can reach, linked by <see cref="UnixSocket.NextFound"/>.</summary>
    private UnixSocket? FindGarbage()
    {
        // Candidates are those whose every reference is in some queue.
        long cost = 0;
        for (UnixSocket? socket = _firstInFlight; socket != null; socket = socket.NextInFlight)
        {
            socket.OutsideReferences = socket.ReferenceCount == socket.TimesInFlight ? socket.TimesInFlight : -1;
            cost++;
        }

        for (UnixSocket? socket = _firstInFlight; socket != null; socket = socket.NextInFlight)
        {
            if (socket.OutsideReferences < 0)
            {
                continue;
            }

            for (RightsCursor at = new(socket); at.MoveNext();)
            {
                cost++;
                if (at.Current is UnixSocket { OutsideReferences: > 0 } held)
                {
                    held.OutsideReferences--;
                }
            }
        }

        // What a queue holds that is no candidate's can be reached, and what those hold in turn.
        UnixSocket? reached = null;
        for (UnixSocket? socket = _firstInFlight; socket != null; socket = socket.NextInFlight)
        {
            if (socket.OutsideReferences > 0)
            {
                Reach(socket, ref reached);
            }
        }

        while (reached is { } socket)
        {
            reached = socket.NextFound;
            socket.NextFound = null;
            for (RightsCursor at = new(socket); at.MoveNext();)
            {
                cost++;
                if (at.Current is UnixSocket { OutsideReferences: >= 0 } held)
                {
                    Reach(held, ref reached);
                }
            }
        }

        UnixSocket? garbage = null;
        for (UnixSocket? socket = _firstInFlight; socket != null; socket = socket.NextInFlight)
        {
            if (socket.OutsideReferences >= 0)
            {
                Reach(socket, ref garbage);
            }
        }

        _saved = 0;
        _lastCost = cost;
        return garbage;
    }

    private static void Reach(UnixSocket socket, ref UnixSocket? list)
    {
        socket.OutsideReferences = -1;
        socket.NextFound = list;
        list = socket;
    }

    private void Close(UnixSocket? garbage)
    {
        // First all queues are emptied, then the files are closed: a socket of a circle goes with the last message that holds it.
        _isDropping = true;
        while (garbage is { } socket)
        {
            garbage = socket.NextFound;
            socket.NextFound = null;
            socket.DropRights();
        }

        ReleaseDropped();
    }

    private void Unlist(UnixSocket socket)
    {
        if (socket.PreviousInFlight == null)
        {
            _firstInFlight = socket.NextInFlight;
        }
        else
        {
            socket.PreviousInFlight.NextInFlight = socket.NextInFlight;
        }

        if (socket.NextInFlight != null)
        {
            socket.NextInFlight.PreviousInFlight = socket.PreviousInFlight;
        }

        socket.NextInFlight = null;
        socket.PreviousInFlight = null;
    }
}
