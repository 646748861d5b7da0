using System;
using System.Threading;

namespace Mote.Machine;

/// <summary>
/// The boot CPU's local APIC (SDM volume 3, chapter 10): end of interrupt and the one-shot timer. In x2APIC mode where the CPU has it: a register
/// is an MSR, which costs a hypervisor less than an access to memory that it must take apart. The timer is the counter's deadline where there is one.
/// </summary>
internal static unsafe class LocalApic
{
    private const ulong Address = 0xfee0_0000;
    private const int EndOfInterrupt = 0xb0;
    private const int SpuriousVector = 0xf0;
    private const int LvtTimer = 0x320;
    private const int LvtLint0 = 0x350;
    private const int InitialCount = 0x380;
    private const int CurrentCount = 0x390;
    private const int DivideConfiguration = 0x3e0;
    private const uint Masked = 1 << 16;
    private const uint DeadlineMode = 1 << 18;
    private const uint SoftwareEnable = 1 << 8;
    private const uint DivideByOne = 0xb;

    private const uint BaseMsr = 0x1b;
    private const ulong BaseBootCpu = 1 << 8, BaseX2Apic = 1 << 10, BaseEnable = 1 << 11;
    private const uint FirstX2ApicMsr = 0x800;
    private const uint DeadlineMsr = 0x6e0;

    private const uint EndByHypervisor = 1 << 6; // KVM_FEATURE_PV_EOI
    private const uint EndByHypervisorMsr = 0x4b56_4d04;
    private const ulong Enable = 1;

    /// <summary>A program that is over soon sets the timer once or twice.</summary>
    private const uint ManyDeadlines = 4;

    /// <summary>Thirty years: the counter's value stays in range.</summary>
    private const ulong FarthestNs = 1_000_000_000UL * 1_000_000_000;

    /// <summary>Null in x2APIC mode.</summary>
    private static byte* s_registers;
    private static bool s_isX2Apic;
    private static bool s_hasDeadline;
    private static bool s_isTimerSet;
    private static bool s_isStarted;
    private static bool s_expectsMany;
    private static uint s_deadlines;

    /// <summary>Takes the APIC over from the firmware, whose interrupts must not come.</summary>
    internal static void Initialize()
    {
        s_isX2Apic = CpuFeatures.HasX2Apic;
        s_hasDeadline = CpuFeatures.HasDeadlineTimer;
        if (s_isX2Apic)
        {
            Native.WriteMsr(BaseMsr, Address | BaseBootCpu | BaseX2Apic | BaseEnable);
        }
        else
        {
            Map();
        }

        Write(LvtLint0, Masked); // or the 8259 of a PC, which the firmware left running, delivers its interrupts as exceptions
    }

    /// <summary>Before the first interrupt: lets them through.</summary>
    internal static void Start()
    {
        if (!s_isStarted)
        {
            s_isStarted = true;
            Write(SpuriousVector, SoftwareEnable | 0xff);
        }
    }

    /// <summary>Before there are many: has KVM end interrupts itself where it can, without an exit (Linux, Documentation/virt/kvm/x86/msr.rst).</summary>
    internal static void ExpectMany()
    {
        if (s_expectsMany)
        {
            return;
        }

        s_expectsMany = true;
        if ((CpuFeatures.KvmFeatures & EndByHypervisor) != 0)
        {
            // SAFETY: the per-CPU block lives as long as the machine, in the image, whose physical addresses are known; KVM writes that word of it and no other.
            unsafe
            {
                Native.WriteMsr(EndByHypervisorMsr, ((ulong)&Native.PerCpu()->EndedByHypervisor - KernelAddressSpace.ImageBase) | Enable);
            }
        }
    }

    internal static void Arm(Instant deadline)
    {
        if (deadline.IsNever)
        {
            Disarm();
            return;
        }

        SetTimer();
        s_deadlines = unchecked(s_deadlines + 1);
        if (s_deadlines == ManyDeadlines)
        {
            ExpectMany();
        }

        ulong span = deadline.Since(Clock.Now);
        if (s_hasDeadline)
        {
            Native.WriteMsr(DeadlineMsr, unchecked(Native.ReadTsc() + Tsc.CountsIn(Math.Min(span, FarthestNs))));
            return;
        }

        // At 1 GHz the 32-bit counter reaches 4.29 s; a deadline farther away is re-armed when that much has passed.
        Write(InitialCount, (uint)Math.Clamp(span, 1, uint.MaxValue));
    }

    internal static void StartFreeCount()
    {
        Start();
        Write(DivideConfiguration, DivideByOne);
        Write(LvtTimer, Masked | Clock.TimerVector);
        Write(InitialCount, uint.MaxValue);
        s_isTimerSet = false;
    }

    internal static uint ReadCount() => Read(CurrentCount);

    internal static void Stop() => Write(InitialCount, 0);

    private static void Disarm()
    {
        if (!s_isTimerSet)
        {
            return;
        }

        if (s_hasDeadline)
        {
            Native.WriteMsr(DeadlineMsr, 0);
        }
        else
        {
            Write(InitialCount, 0);
        }
    }

    /// <summary>A program that never waits needs no timer.</summary>
    private static void SetTimer()
    {
        if (s_isTimerSet)
        {
            return;
        }

        Start();
        s_isTimerSet = true;
        if (!s_hasDeadline)
        {
            Write(DivideConfiguration, DivideByOne);
        }

        Write(LvtTimer, (s_hasDeadline ? DeadlineMode : 0) | Clock.TimerVector);
    }

    private static void Map()
    {
        ulong window = KernelAddressSpace.MapDevice(new PhysAddr(Address), PageSize.Bytes);
        if (window == 0)
        {
            throw new InvalidOperationException("No memory to map the local APIC.");
        }

        s_registers = (byte*)window;

        // SAFETY: the per-CPU block lives as long as the machine.
        unsafe
        {
            Native.PerCpu()->EndOfInterrupt = window + EndOfInterrupt;
        }
    }

    private static uint Read(int register)
    {
        if (s_isX2Apic)
        {
            return unchecked((uint)Native.ReadMsr(FirstX2ApicMsr + ((uint)register >> 4)));
        }

        // SAFETY: the window covers the register page; registers are 32-bit and aligned.
        unsafe
        {
            return Volatile.Read(ref *(uint*)(s_registers + register));
        }
    }

    private static void Write(int register, uint value)
    {
        if (s_isX2Apic)
        {
            Native.WriteMsr(FirstX2ApicMsr + ((uint)register >> 4), value);
            return;
        }

        // SAFETY: as in Read.
        unsafe
        {
            Volatile.Write(ref *(uint*)(s_registers + register), value);
        }
    }
}
