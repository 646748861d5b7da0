using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// Listening and connecting, for streams and sequenced packets. The server's end of a connection is made by connect(2), and accept(2) takes it from the backlog.
internal abstract partial class UnixSocket
{
    private UnixSocket? _firstPending;
    private UnixSocket? _lastPending;
    private UnixSocket? _nextPending;
    private int _pendingCount;
    private int _backlog;
    private bool _isListening;

    public override bool IsListening => _isListening;

    /// <summary>Connections that wait to be accepted.</summary>
    public UnixSocket? FirstPending => _firstPending;

    public UnixSocket? NextPending => _nextPending;

    public int PendingCount => _pendingCount;

    /// <summary>How many may wait.</summary>
    public int Backlog => _backlog;

    public override Errno Listen(int backlog)
    {
        if (!IsConnectionBased)
        {
            return Errno.EOPNOTSUPP;
        }

        if (Name == null || IsEstablished)
        {
            return Errno.EINVAL;
        }

        _backlog = Home.Limits.BacklogFor(backlog);
        _isListening = true;
        SetPeerCredentials(Home.Caller.Credentials);
        _peerGroups = Home.Caller.Files.Groups.ToArray();
        Readiness.WakeAll((uint)PollEvents.Writable);
        if (Home.LocalListeners != null && Kind == SocketKind.Stream && Name.Inode != null)
        {
            Home.LocalListeners.OnListening(new UnixSocketState(this).Name);
        }

        return Errno.None;
    }

    public override Result<Socket> Accept(OpenFlags flags)
    {
        if (!IsConnectionBased)
        {
            return Errno.EOPNOTSUPP;
        }

        if (!_isListening)
        {
            return Errno.EINVAL;
        }

        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        while (_firstPending == null)
        {
            if (IsNonBlocking)
            {
                return Errno.EAGAIN;
            }

            if ((Ended & ShutdownDirection.Receive) != 0)
            {
                return Errno.EINVAL;
            }

            Errno error = WaitAt(Readiness, deadline, isExclusive: true);
            if (error != Errno.None)
            {
                return error;
            }
        }

        UnixSocket taken = TakePending();
        _ = taken.SetStatusFlags(flags);
        return taken;
    }

    public override Errno Connect(ReadOnlySpan<byte> name)
    {
        Errno error = UnixDomain.Parse(name, out ReadOnlySpan<byte> wanted);
        if (error != Errno.None || wanted.IsEmpty)
        {
            return Errno.EINVAL;
        }

        if (Has(OptionBits.PassCredentials) && Name == null)
        {
            error = Domain.BindAutomatically(this);
            if (error != Errno.None)
            {
                return error;
            }
        }

        Instant deadline = DeadlineOf(SendTimeoutNs);
        while (true)
        {
            Result<UnixSocket> found = Domain.Find(wanted, Kind, Home.Caller.Files);
            if (!found.IsOk)
            {
                return found.Error;
            }

            UnixSocket listener = found.Value;
            if (!listener._isListening || (listener.Ended & ShutdownDirection.Receive) != 0)
            {
                return Errno.ECONNREFUSED;
            }

            if (listener._pendingCount > listener._backlog)
            {
                error = IsNonBlocking ? Errno.EAGAIN : WaitAt(listener.Readiness, deadline);
                if (error != Errno.None)
                {
                    return error;
                }

                continue;
            }

            return IsEstablished ? Errno.EISCONN : _isListening ? Errno.EINVAL : ConnectTo(listener, Home.Caller.Credentials, Home.Caller.Files.Groups.ToArray());
        }
    }

    /// <summary>connect(2) of the kernel itself, which does not wait. ECONNREFUSED.</summary>
    public Errno ConnectAsKernel(UnixSocket listener)
    {
        bool isOpen = listener._isListening && (listener.Ended & ShutdownDirection.Receive) == 0 && listener._pendingCount <= listener._backlog;
        return isOpen ? ConnectTo(listener, SocketCredentials.Kernel, []) : Errno.ECONNREFUSED;
    }

    private Errno ConnectTo(UnixSocket listener, SocketCredentials credentials, uint[] groups)
    {
        UnixSocket server = Home.CreateUnix(Kind, OpenFlags.ReadOnly);
        server._name = listener._name;
        server.SetPeer(this, credentials);
        server._peerGroups = groups;
        SetPeer(server, listener._peerCredentials);
        _peerGroups = listener._peerGroups;
        listener.AddPending(server);
        listener.Readiness.Wake(1, (uint)PollEvents.Readable);
        return Errno.None;
    }

    private void AddPending(UnixSocket socket)
    {
        if (_lastPending == null)
        {
            _firstPending = socket;
        }
        else
        {
            _lastPending._nextPending = socket;
        }

        _lastPending = socket;
        _pendingCount++;
    }

    private UnixSocket TakePending()
    {
        UnixSocket taken = _firstPending!;
        _firstPending = taken._nextPending;
        if (_firstPending == null)
        {
            _lastPending = null;
        }

        taken._nextPending = null;
        if (_pendingCount-- > _backlog)
        {
            // Who waits to connect looks at the listener again.
            Readiness.WakeAll((uint)PollEvents.Writable);
        }

        return taken;
    }

    /// <summary>Connections that nobody accepted are reset.</summary>
    private void CloseBacklog()
    {
        while (_firstPending != null)
        {
            UnixSocket pending = TakePending();
            pending.Peer?.OnPeerClosed(isReset: true);
            pending.Peer = null;
            pending.Release();
        }
    }
}
