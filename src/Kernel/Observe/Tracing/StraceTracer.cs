using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Syscalls;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>
/// Shows every system call in the manner of strace(1), a line a call, on the control channel. A call that another thread interrupts, or that takes long, is
/// shown in two lines: "unfinished" and "resumed".
/// </summary>
public sealed partial class StraceTracer : SyscallTracer
{
    /// <summary>A call that takes longer than this is shown before it is done: a program that hangs shows where. Nanoseconds.</summary>
    private const ulong PatienceNs = 500_000_000;

    private readonly ControlChannel _channel;
    private readonly ProcessHost _host;
    private readonly Dictionary<int, TracedCall> _calls = [];
    private readonly Stack<TracedCall> _idle = new();
    private readonly TraceLine _output = new();
    private readonly Impatience _impatience;

    /// <summary>The call whose beginning has not been shown yet: at most one, for the next thread's call shows it.</summary>
    private TracedCall? _pending;

    /// <summary>Traces what the threads of a host do; <see cref="Threads"/> is to observe them.</summary>
    public StraceTracer(ControlChannel channel, ProcessHost host)
    {
        _channel = channel;
        _host = host;
        _impatience = new Impatience(this);
        Threads = new ThreadTrace(this);
    }

    /// <summary>Shows signals and ends of threads.</summary>
    public ThreadObserver Threads { get; }

    public override void Enter(int number, in SyscallArguments a)
    {
        // The only place to wait: afterwards nothing else runs until the lines are in the channel's buffer.
        _channel.WaitForRoom();
        ShowPending();
        if (!_idle.TryPop(out TracedCall? call))
        {
            call = new TracedCall();
        }

        call.Begin(number, in a);
        _calls[call.ThreadId] = call;
        call.AppendName();
        call.Line.Append((byte)'(');
        while (call.NextArgument < call.ArgumentCount && !ArgumentText.IsFilledByCall(call.KindOf(call.NextArgument)))
        {
            AppendArgument(call, hasFailed: false);
        }

        AppendHidden(call, in a);

        if ((SyscallNumber)number is SyscallNumber.Exit or SyscallNumber.ExitGroup)
        {
            call.Line.Append(") = ?"u8);
            Show(call);
            Forget(call);
            return;
        }

        _pending = call;
        _host.Scheduler.Timers.Arm(_impatience, Clock.Now.Plus(PatienceNs));
    }

    public override void Exit(int number, in SyscallArguments a, Result<long> result)
    {
        _channel.WaitForRoom();
        if (!_calls.TryGetValue(a.Thread.Id, out TracedCall? call))
        {
            return;
        }

        if (_pending == call)
        {
            _pending = null;
            _host.Scheduler.Timers.Cancel(_impatience);
        }
        else
        {
            ShowPending();
        }

        if (call.IsBeginningShown)
        {
            call.Line.Clear();
            call.Line.Append("<... "u8);
            call.AppendName();
            call.Line.Append(" resumed>"u8);
        }

        call.Result = result.IsOk ? result.Value : -1;
        while (call.NextArgument < call.ArgumentCount)
        {
            AppendArgument(call, hasFailed: !result.IsOk);
        }

        call.Line.Append(") = "u8);
        AppendResult(call, result);
        Show(call);
        Forget(call);
    }

    private static void AppendArgument(TracedCall call, bool hasFailed)
    {
        if (call.NextArgument > 0)
        {
            call.Line.Append(", "u8);
        }

        ArgumentText.Append(call, call.NextArgument, hasFailed);
        call.NextArgument++;
    }

    private static void AppendResult(TracedCall call, Result<long> result)
    {
        const long LargestError = 4095;
        TraceLine line = call.Line;
        Errno error = result.Error;
        if (call.Number == (int)SyscallNumber.RtSigreturn && result.IsOk && result.Value is < 0 and >= -LargestError)
        {
            error = (Errno)(-result.Value); // it returns what the interrupted call did
        }

        switch (error)
        {
            case Errno.None when call.Shape.Result == ArgumentKind.Address:
                line.AppendHex(unchecked((ulong)result.Value));
                break;
            case Errno.None:
                line.AppendDecimal(result.Value);
                break;
            case Errno.ERESTARTSYS:
                line.Append("? ERESTARTSYS (To be restarted if SA_RESTART is set)"u8);
                break;
            case Errno.ERESTARTNOINTR:
                line.Append("? ERESTARTNOINTR (To be restarted)"u8);
                break;
            case Errno.ERESTARTNOHAND:
                line.Append("? ERESTARTNOHAND (To be restarted if no handler)"u8);
                break;
            case Errno.ERESTART_RESTARTBLOCK:
                line.Append("? ERESTART_RESTARTBLOCK (Interrupted by signal)"u8);
                break;
            default:
                line.Append("-1 "u8);
                if (ErrnoText.TryFind(error, out System.ReadOnlySpan<byte> name, out System.ReadOnlySpan<byte> text))
                {
                    line.Append(name);
                    line.Append(" ("u8);
                    line.Append(text);
                    line.Append((byte)')');
                }
                else
                {
                    line.AppendDecimal((int)error);
                }

                break;
        }
    }

    private void Forget(TracedCall call)
    {
        _calls.Remove(call.ThreadId);
        _idle.Push(call);
    }

    [MayAllocate("only while system calls are traced")]
    private void ShowPending()
    {
        TracedCall? call = _pending;
        if (call == null)
        {
            return;
        }

        _pending = null;
        _host.Scheduler.Timers.Cancel(_impatience);
        call.IsBeginningShown = true;
        call.Line.Append(call.NextArgument > 0 && call.NextArgument < call.ArgumentCount ? ", <unfinished ...>"u8 : " <unfinished ...>"u8);
        Show(call);
    }

    private void Show(TracedCall call)
    {
        BeginLine(call.ThreadId);
        _output.Append(call.Line.Text);
        _channel.TryTrace(_output.Text);
    }

    /// <summary>Says whose line it is while there is more than one thread.</summary>
    private void BeginLine(int threadId)
    {
        _output.Clear();
        if (_host.ThreadCount > 1)
        {
            _output.Append("[pid "u8);
            for (int limit = 10_000; limit > 1 && threadId < limit; limit /= 10)
            {
                _output.Append((byte)' ');
            }

            _output.AppendDecimal(threadId);
            _output.Append("] "u8);
        }
    }

    private sealed class Impatience(StraceTracer tracer) : TimerNode
    {
        public override void Expire(Instant now) => tracer.ShowPending();
    }
}
