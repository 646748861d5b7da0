using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Syscalls;
using Mote.Machine;

namespace Mote.Kernel.Observe;

// Lines about signals and the ends of threads.
public sealed partial class StraceTracer
{
    /// <summary>From the stack pointer at rt_sigreturn(2), behind the frame's first word, to uc_sigmask (struct rt_sigframe of Linux).</summary>
    private const ulong FrameMaskOffset = 296;

    /// <summary>What a call works on that is not in its arguments.</summary>
    private static void AppendHidden(TracedCall call, in SyscallArguments a)
    {
        switch ((SyscallNumber)call.Number)
        {
            case SyscallNumber.RestartSyscall when a.Thread.InterruptedCall is int interrupted:
                call.Line.Append("<... resuming interrupted "u8);
                call.Line.Append(SyscallCatalog.Describe(interrupted).Name ?? "system call");
                call.Line.Append(" ...>"u8);
                break;
            case SyscallNumber.RtSigreturn when a.Space.TryRead(new VirtAddr(unchecked(a.Registers.Rsp + FrameMaskOffset)), out ulong mask):
                call.Line.Append("{mask="u8);
                ArgumentText.AppendSignals(call.Line, mask);
                call.Line.Append((byte)'}');
                break;
        }
    }

    private void ShowSignal(UserThread thread, in SignalInfo info)
    {
        _channel.WaitForRoom();
        ShowPending();
        BeginLine(thread.Id);
        _output.Append("--- "u8);
        TraceNames.AppendFullSignal(_output, info.Number);
        _output.Append(" "u8);
        SignalText.Append(_output, in info);
        _output.Append(" ---"u8);
        _channel.TryTrace(_output.Text);
    }

    private void ShowStop(UserThread thread, Signal signal)
    {
        _channel.WaitForRoom();
        ShowPending();
        BeginLine(thread.Id);
        _output.Append("--- stopped by "u8);
        TraceNames.AppendFullSignal(_output, (int)signal);
        _output.Append(" ---"u8);
        _channel.TryTrace(_output.Text);
    }

    private void ShowExit(UserThread thread, int waitStatus)
    {
        _channel.WaitForRoom();
        if (_calls.TryGetValue(thread.Id, out TracedCall? call))
        {
            EndUnfinished(call);
        }

        ShowPending();
        BeginLine(thread.Id);
        int signal = waitStatus & 0x7f;
        if (signal == 0)
        {
            _output.Append("+++ exited with "u8);
            _output.AppendDecimal((waitStatus >> 8) & 0xff);
        }
        else
        {
            _output.Append("+++ killed by "u8);
            TraceNames.AppendFullSignal(_output, signal);
        }

        _output.Append(" +++"u8);
        _channel.TryTrace(_output.Text);
    }

    /// <summary>A thread ends in the middle of a call.</summary>
    private void EndUnfinished(TracedCall call)
    {
        if (_pending == call)
        {
            _pending = null;
            _host.Scheduler.Timers.Cancel(_impatience);
        }
        else
        {
            call.Line.Clear();
            call.Line.Append("<... "u8);
            call.AppendName();
            call.Line.Append(" resumed>"u8);
        }

        if (call.NextArgument < call.ArgumentCount)
        {
            call.Line.Append(call.NextArgument > 0 ? ", <unfinished ...>"u8 : " <unfinished ...>"u8);
        }

        call.Line.Append(") = ?"u8);
        Show(call);
        Forget(call);
    }

    private sealed class ThreadTrace(StraceTracer tracer) : ThreadObserver
    {
        public override void OnSignal(UserThread thread, in SignalInfo info)
        {
            // Nobody is told of SIGKILL before the end (ptrace(2)).
            if (info.Signal != Signal.SIGKILL)
            {
                tracer.ShowSignal(thread, in info);
            }
        }

        public override void OnStop(UserThread thread, Signal signal) => tracer.ShowStop(thread, signal);

        public override void OnExit(UserThread thread, int waitStatus) => tracer.ShowExit(thread, waitStatus);
    }
}
