using System;
using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Kernel.Logging;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>
/// All system calls by number: the handler, how much is supported, and a note on what is not. Families add their calls when the kernel is put together. A call costs an array
/// read and a delegate call; tracing replaces the handlers, so that it costs nothing while off.
/// </summary>
public sealed partial class SyscallTable : SystemCalls
{
    private const int Size = 512;

    private readonly SyscallHandler[] _handlers = new SyscallHandler[Size];
    private readonly SyscallSupport[] _support = new SyscallSupport[Size];
    private readonly string?[] _notes = new string?[Size];
    private readonly bool[] _reported = new bool[Size];
    private readonly KernelLog _log;
    private readonly SyscallHandler _missing;
    private SyscallHandler[]? _traced;
    private SyscallTracer? _tracer;

    public SyscallTable(KernelLog log)
    {
        _log = log;
        _missing = Missing;
        Array.Fill(_handlers, _missing);
        SetReservations();
        Add(SyscallNumber.RestartSyscall, Restart);
    }

    /// <summary>Adds a call that is fully supported.</summary>
    public void Add(SyscallNumber number, SyscallHandler handler) => Set(number, handler, SyscallSupport.Full, null);

    /// <summary>Adds a call of which something is missing; the note says what, for docs/compat.</summary>
    public void Add(SyscallNumber number, SyscallHandler handler, string missing) => Set(number, handler, SyscallSupport.Partial, missing);

    /// <summary>Adds a call that is refused on purpose, without a report in the log: programs try it and do without. The note says why.</summary>
    public void Refuse(SyscallNumber number, SyscallHandler handler, string note) => Set(number, handler, SyscallSupport.None, note);

    public SyscallSupport SupportOf(int number) => unchecked((uint)number) < Size ? _support[number] : SyscallSupport.None;

    public string? NoteOf(int number) => unchecked((uint)number) < Size ? _notes[number] : null;

    /// <summary>Shows every call from now on to a tracer; all calls must have been added. Null ends it.</summary>
    public void SetTracer(SyscallTracer? tracer)
    {
        _tracer = tracer;
        if (tracer != null && _traced == null)
        {
            _traced = _handlers.AsSpan().ToArray();
            Array.Fill(_handlers, Traced);
        }
        else if (tracer == null && _traced != null)
        {
            _traced.CopyTo(_handlers, 0);
            _traced = null;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override Result<long> Call(UserThread thread, ref UserRegisters registers)
    {
        uint number = unchecked((uint)registers.Rax);
        SyscallHandler[] handlers = _handlers;
        SyscallArguments arguments = new(thread, ref registers);
        return number < (uint)handlers.Length ? handlers[number](in arguments) : Missing(in arguments);
    }

    private void Set(SyscallNumber number, SyscallHandler handler, SyscallSupport support, string? note)
    {
        if (_handlers[(int)number] != _missing)
        {
            throw new InvalidOperationException("The system call has a handler already.");
        }

        _handlers[(int)number] = handler;
        _support[(int)number] = support;
        _notes[(int)number] = note;
    }

    private Result<long> Traced(in SyscallArguments a)
    {
        int number = a.Number;
        _tracer!.Enter(number, in a);
        Result<long> result = _traced![number](in a);
        _tracer?.Exit(number, in a, result);
        return result;
    }

    /// <summary>restart_syscall(2): the kernel itself has a thread make this call, to go on with one that was interrupted.</summary>
    private Result<long> Restart(in SyscallArguments a)
    {
        if (!a.Thread.TryResume(out int number))
        {
            return Errno.EINTR;
        }

        Result<long> result = (_traced ?? _handlers)[number](in a);
        a.Thread.EndResumption();
        return result;
    }

    /// <summary>A number without handler: ENOSYS, and the log says so once.</summary>
    private Result<long> Missing(in SyscallArguments a)
    {
        int number = a.Number;
        if (unchecked((uint)number) >= Size)
        {
            return Errno.ENOSYS;
        }

        if (!_reported[number])
        {
            _reported[number] = true;
            _log.Write($"system call {SyscallCatalog.Describe(number).Name ?? "?"} ({number}) is not there: ENOSYS");
        }

        return Errno.ENOSYS;
    }
}
