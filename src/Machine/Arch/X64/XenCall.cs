namespace Mote.Machine;

/// <summary>
/// Calls of Xen that this kernel makes (public/xen.h, hvm/hvm_op.h, event_channel.h, sched.h), by the CPU's own instruction for it: no page
/// of calls is needed.
/// </summary>
internal static unsafe class XenCall
{
    private const ulong SchedulerCall = 29, EventChannelCall = 32, HvmCall = 34;
    private const ulong Yield = 0, Shutdown = 2, Send = 4, GetParameter = 1;
    private const ushort Self = 0x7ff0;
    private const uint PowerOff = 0, Crash = 3;

    /// <summary>CPUID leaf 0, EBX, of the CPUs that have VMMCALL: AuthenticAMD, HygonGenuine.</summary>
    private const uint Amd = 0x6874_7541, Hygon = 0x6f67_7948;

    private static ulong s_isAmd = ulong.MaxValue;

    /// <summary>A parameter of the domain (hvm/params.h). False when Xen does not say it.</summary>
    internal static bool TryGetParameter(uint index, out ulong value)
    {
        // SAFETY: struct xen_hvm_param: the domain, the index at 4 and the value at 8, which Xen writes.
        unsafe
        {
            ulong* argument = stackalloc ulong[2];
            argument[0] = Self | ((ulong)index << 32);
            argument[1] = 0;
            long result = Call(HvmCall, GetParameter, argument);
            value = argument[1];
            return result == 0;
        }
    }

    internal static void Notify(uint port)
    {
        // SAFETY: struct evtchn_send is the port; Xen reads it.
        unsafe
        {
            _ = Call(EventChannelCall, Send, &port);
        }
    }

    internal static void GiveWay()
    {
        // SAFETY: there is no argument.
        unsafe
        {
            _ = Call(SchedulerCall, Yield, null);
        }
    }

    /// <summary>Ends the domain.</summary>
    internal static void End(bool hasFailed)
    {
        // SAFETY: struct sched_shutdown is the reason; Xen reads it.
        unsafe
        {
            uint reason = hasFailed ? Crash : PowerOff;
            _ = Call(SchedulerCall, Shutdown, &reason);
        }
    }

    private static long Call(ulong number, ulong command, void* argument)
    {
        if (s_isAmd == ulong.MaxValue)
        {
            s_isAmd = CpuIdentification.Read(0).Ebx is Amd or Hygon ? 1u : 0u;
        }

        // SAFETY: the callers' arguments are what the call takes.
        unsafe
        {
            return Native.XenCall(number, command, argument, s_isAmd);
        }
    }
}
