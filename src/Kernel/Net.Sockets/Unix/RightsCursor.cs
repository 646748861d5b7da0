using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Goes over the files in all messages that wait at a socket and, where it listens, at the connections in its backlog. Nothing may be taken out meanwhile.</summary>
internal ref struct RightsCursor(UnixSocket socket)
{
    private UnixSocket? _pending = socket.FirstPending;
    private FileRights? _rights = socket.FirstRights;
    private int _next;

    public OpenFile? Current { get; private set; }

    public bool MoveNext()
    {
        while (true)
        {
            if (_rights == null)
            {
                if (_pending == null)
                {
                    return false;
                }

                _rights = _pending.FirstRights;
                _pending = _pending.NextPending;
                _next = 0;
                continue;
            }

            if (_next < _rights.Files.Length)
            {
                Current = _rights.Files[_next++];
                return true;
            }

            _rights = _rights.NextQueued;
            _next = 0;
        }
    }
}
