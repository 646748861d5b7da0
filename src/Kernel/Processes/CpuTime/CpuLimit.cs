using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>
/// RLIMIT_CPU (getrlimit(2)): SIGXCPU at the soft limit and each second from then on, which Linux does by raising the soft limit; SIGKILL at the hard one.
/// </summary>
public sealed class CpuLimit(Process process) : CpuTimer(new CpuClock(process))
{
    private const ulong SecondNs = 1_000_000_000;

    /// <summary>The limit has been changed.</summary>
    public void Apply()
    {
        process.CpuTimers.Cancel(this);
        ulong soft = process.Limits.Soft(ResourceKind.CpuTime);
        if (soft < ulong.MaxValue / SecondNs)
        {
            process.CpuTimers.Arm(this, soft * SecondNs);
        }
    }

    public override void OnDue(ulong nowNs)
    {
        ulong hard = process.Limits.Hard(ResourceKind.CpuTime);
        if (nowNs / SecondNs >= hard)
        {
            Send(Signal.SIGKILL);
            return;
        }

        Send(Signal.SIGXCPU);
        process.Limits.Set(ResourceKind.CpuTime, process.Limits.Soft(ResourceKind.CpuTime) + 1, hard);
        Apply();
    }

    private void Send(Signal signal) =>
        _ = process.Send(new SignalInfo { Number = (int)signal, Code = SignalInfo.Kernel }); // a standard signal: it cannot fail
}
