using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// Clocks as a thread reads them.
public sealed partial class UserThread
{
    /// <summary>CPU time used up to now, nanoseconds.</summary>
    public ulong CpuTimeNowNs => CpuTimeNs + (Current == this ? Clock.Now.Since(RunningSince) : 0);

    /// <summary>Reads a clock in nanoseconds. False when there is no such clock.</summary>
    public bool TryReadClock(int clock, out ulong nanoseconds)
    {
        nanoseconds = 0;
        if (clock < 0)
        {
            return TryReadCpuClock(clock, out nanoseconds);
        }

        switch ((ClockId)clock)
        {
            case ClockId.Realtime:
            case ClockId.RealtimeCoarse:
            case ClockId.RealtimeAlarm:
            case ClockId.Tai:
                nanoseconds = unchecked((ulong)Process.Host.WallClock.NowNs);
                return true;
            case ClockId.Monotonic:
            case ClockId.MonotonicRaw:
            case ClockId.MonotonicCoarse:
            case ClockId.BootTime:
            case ClockId.BootTimeAlarm:
                nanoseconds = Clock.Now.Nanoseconds;
                return true;
            case ClockId.ProcessCpuTime:
                nanoseconds = Process.CpuTimeNs;
                return true;
            case ClockId.ThreadCpuTime:
                nanoseconds = CpuTimeNowNs;
                return true;
            default:
                return false;
        }
    }

    /// <summary>A clock number made from a process's or thread's number: bit 2 says thread, the number's complement lies above (clock_getcpuclockid(3)).</summary>
    private bool TryReadCpuClock(int clock, out ulong nanoseconds)
    {
        const int ThreadBit = 4;
        int id = ~(clock >> 3);
        if ((clock & ThreadBit) != 0)
        {
            UserThread? thread = id == 0 ? this : Process.Host.FindThread(id);
            nanoseconds = thread?.CpuTimeNowNs ?? 0;
            return thread != null && thread.Process == Process;
        }

        Process? process = id == 0 ? Process : Process.Host.FindProcess(id);
        nanoseconds = process?.CpuTimeNs ?? 0;
        return process != null;
    }
}
