using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>
/// Leads diagnostic tools of the host to the socket on which a .NET program listens for them (docs/design-docs/ipc-protocol.md of dotnet/diagnostics): each of their connections over one
/// port becomes a connection to the program. The host is told when the program listens. What a tool sends goes to the program at once; what the program sends goes out as far as the
/// host gives credit, so that a slow tool slows only its own session. Until a program listens there is neither thread nor buffer.
/// </summary>
public sealed class DiagnosticRelay : LocalListenerObserver
{
    private const int MaxConnections = 32;
    private const int ChunkBytes = 4096;
    private const long BytesEach = 16 * 1024;

    private readonly ConsolePort _port;
    private readonly SocketSystem _sockets;
    private readonly Scheduler _scheduler;
    private readonly List<DiagnosticConnection> _connections = [];
    private readonly Queue<uint> _refused = new();
    private DiagnosticThread? _thread;
    private bool _isDue;
    private bool _isAnnounced = true;
    private byte[] _path = [];
    private int _next;

    private byte[] _output = [];
    private int _outputStart;
    private int _outputEnd;

    private byte[] _input = [];
    private int _headerLength;
    private int _bodyLeft;
    private DiagnosticFrame _frame;

    public DiagnosticRelay(ConsolePort port, SocketSystem sockets, Scheduler scheduler)
    {
        _port = port;
        _sockets = sockets;
        _scheduler = scheduler;
        sockets.LocalListeners = this;
    }

    /// <summary>Whether there is nothing more to carry: for the program's end, when what it sent last should arrive.</summary>
    public bool IsIdle => _port.IsBroken || (_refused.Count == 0 && _outputStart == _outputEnd && _connections.TrueForAll(static connection => connection.HasProgramEnded));

    /// <summary>dotnet-diagnostic-PROCESS-START-socket, in any folder, is what the runtime listens on.</summary>
    public override void OnListening(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        if (!name.StartsWith("dotnet-diagnostic-"u8) || !name.EndsWith("-socket"u8) || (_output.Length == 0 && !TryStart()))
        {
            return;
        }

        _path = path.ToArray();
        _isAnnounced = false;
        Signal();
    }

    internal void Signal()
    {
        _isDue = true;
        if (_thread != null)
        {
            _ = _scheduler.Wake(_thread); // it may be at work
        }
    }

    /// <summary>Moves what can be moved, or waits until something can.</summary>
    internal void MoveOrWait()
    {
        _isDue = false;
        if (!Move() && !_isDue)
        {
            _ = _scheduler.Sleep(Instant.Never, isInterruptible: false);
        }
    }

    /// <summary>A message in each direction, where there is one. False when there is none.</summary>
    internal bool Move()
    {
        bool hasMoved = TakeInput();
        return GiveOutput() || hasMoved;
    }

    private bool TryStart()
    {
        if (!KernelHeap.CanAllocate(BytesEach) || !ContextSlot.TryCreate(out ContextSlot? slot))
        {
            return false; // the program runs all the same
        }

        _output = new byte[DiagnosticFrame.HeaderBytes + ChunkBytes];
        _input = new byte[ChunkBytes];
        _port.Readiness.Add(new PortWaiter(this));
        _thread = new DiagnosticThread(_scheduler, slot!, this);
        _scheduler.Start(_thread);
        return true;
    }

    // --- From the host -----------------------------------------------------------------------------------------------------------------------------

    /// <summary>One message or a part of one. False when nothing has come.</summary>
    private bool TakeInput()
    {
        if (_bodyLeft == 0)
        {
            int count = _port.Read(_input.AsSpan(_headerLength, DiagnosticFrame.HeaderBytes - _headerLength));
            _headerLength += count;
            if (_headerLength == DiagnosticFrame.HeaderBytes)
            {
                _headerLength = 0;
                _frame = DiagnosticFrame.Read(_input);
                _bodyLeft = _frame.Length;
                Obey();
            }

            return count > 0;
        }

        // A number must be there whole; bytes of a connection are passed on as they come.
        bool isNumber = _frame.Kind == DiagnosticFrameKind.Credit && _frame.Length == sizeof(uint);
        int at = isNumber ? _frame.Length - _bodyLeft : 0;
        int taken = _port.Read(_input.AsSpan(at, Math.Min(_bodyLeft, _input.Length - at)));
        _bodyLeft -= taken;
        if (isNumber && _bodyLeft == 0 && Find(_frame.Connection) is { } credited)
        {
            credited.Credit = Math.Min(uint.MaxValue, credited.Credit + System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(_input));
        }
        else if (_frame.Kind == DiagnosticFrameKind.Data && taken > 0 && Find(_frame.Connection) is { IsBroken: false } connection)
        {
            // A program that leaves this many requests unread (208 KB) does not answer any.
            Result<long> written = connection.Program.Write(_input.AsSpan(0, taken));
            connection.IsBroken = !written.IsOk || written.Value < taken;
        }

        return taken > 0;
    }

    private void Obey()
    {
        switch (_frame.Kind)
        {
            case DiagnosticFrameKind.Open:
                Open(_frame.Connection);
                break;
            case DiagnosticFrameKind.End when Find(_frame.Connection) is { } connection:
                connection.HasHostEnded = true;
                connection.Program.EndWriting();
                break;
            case DiagnosticFrameKind.Close when Find(_frame.Connection) is { } connection:
                Remove(connection);
                break;
            default:
                break; // what follows says the rest, or it is of a newer host
        }
    }

    private void Open(uint number)
    {
        if (Find(number) is null && _connections.Count < MaxConnections && KernelHeap.CanAllocate(BytesEach)
            && LocalConnection.Open(_sockets, _path).TryGet(out LocalConnection program))
        {
            _connections.Add(new DiagnosticConnection(this, number, program));
        }
        else if (_refused.Count < MaxConnections)
        {
            _refused.Enqueue(number);
        }
    }

    private DiagnosticConnection? Find(uint number)
    {
        foreach (DiagnosticConnection connection in _connections)
        {
            if (connection.Number == number)
            {
                return connection;
            }
        }

        return null;
    }

    private void Remove(DiagnosticConnection connection)
    {
        _ = _connections.Remove(connection);
        connection.Close();
    }

    // --- To the host -------------------------------------------------------------------------------------------------------------------------------

    /// <summary>One message, when the port has taken the one before. False when there is nothing to send or no room.</summary>
    private bool GiveOutput()
    {
        if (!Flush())
        {
            return false;
        }

        if (!_isAnnounced)
        {
            _isAnnounced = true;
            int length = Math.Min(_path.Length, ChunkBytes);
            _path.AsSpan(0, length).CopyTo(_output.AsSpan(DiagnosticFrame.HeaderBytes));
            Put(new DiagnosticFrame(0, DiagnosticFrameKind.Listening, length));
            return true;
        }

        if (_refused.TryDequeue(out uint number))
        {
            Put(new DiagnosticFrame(number, DiagnosticFrameKind.Close, 0));
            return true;
        }

        for (int i = 0; i < _connections.Count; i++)
        {
            _next = (_next + 1) % _connections.Count;
            if (TryGive(_connections[_next]))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryGive(DiagnosticConnection connection)
    {
        if (!connection.IsBroken && !connection.HasProgramEnded && connection.Credit > 0)
        {
            int limit = (int)Math.Min(ChunkBytes, connection.Credit);
            Result<long> read = connection.Program.Read(_output.AsSpan(DiagnosticFrame.HeaderBytes, limit));
            if (read.IsOk && read.Value > 0)
            {
                connection.Credit -= read.Value;
                Put(new DiagnosticFrame(connection.Number, DiagnosticFrameKind.Data, (int)read.Value));
                return true;
            }

            connection.HasProgramEnded = read.IsOk;
            connection.IsBroken = !read.IsOk && read.Error != Errno.EAGAIN;
            if (connection.HasProgramEnded && !connection.HasHostEnded)
            {
                Put(new DiagnosticFrame(connection.Number, DiagnosticFrameKind.End, 0));
                return true;
            }
        }

        if (!connection.IsBroken && !(connection.HasProgramEnded && connection.HasHostEnded))
        {
            return false;
        }

        Remove(connection);
        Put(new DiagnosticFrame(connection.Number, DiagnosticFrameKind.Close, 0));
        return true;
    }

    private void Put(DiagnosticFrame frame)
    {
        frame.Write(_output);
        _outputStart = 0;
        _outputEnd = DiagnosticFrame.HeaderBytes + frame.Length;
        _ = Flush(); // the rest goes when the port has room
    }

    private bool Flush()
    {
        while (_outputStart < _outputEnd)
        {
            int taken = _port.Write(_output.AsSpan(_outputStart, _outputEnd - _outputStart));
            if (taken == 0)
            {
                return false;
            }

            _outputStart += taken;
        }

        return true;
    }

    private sealed class PortWaiter(DiagnosticRelay relay) : Waiter
    {
        public override bool Notify(uint events)
        {
            relay.Signal();
            return true;
        }
    }
}
