namespace Mote.Machine;

/// <summary>What CPUID says of this CPU (SDM volume 2, CPUID). boot.S has read the most of it and set CR4: FSGSBASE, SMEP, SMAP, UMIP and OSXSAVE where the CPU has them.</summary>
internal static unsafe class CpuFeatures
{
    /// <summary>x87, SSE, AVX and the three AVX-512 components: what the extended state of a thread may hold.</summary>
    private const ulong KnownComponents = 0xe7;

    /// <summary>x87, SSE and AVX, the last where every CPU so far has it in the standard format.</summary>
    private const ulong PlainComponents = 7;
    private const uint AvxOffset = 576;

    internal static bool HasFsGsBase { get; private set; }

    internal static bool HasGiantPages { get; private set; }

    /// <summary>Whether the CPU is one of QEMU's emulator.</summary>
    internal static bool IsEmulated => Hypervisor.Kind == HypervisorKind.Tcg;

    /// <summary>KVM's features (CPUID 0x40000001, EAX; Linux, Documentation/virt/kvm/x86/cpuid.rst); zero on other hypervisors.</summary>
    internal static uint KvmFeatures { get; private set; }

    internal static bool HasX2Apic { get; private set; }

    internal static bool HasDeadlineTimer { get; private set; }

    internal static HypervisorIdentity Hypervisor { get; private set; }

    internal static ulong ExtendedComponents { get; private set; }

    /// <summary>Bytes of the standard-format extended state area.</summary>
    internal static int ExtendedBytes { get; private set; } = 512;

    private static void IdentifyHypervisor()
    {
        Hypervisor = HypervisorIdentity.Read(CpuidInstruction.Instance);
        if (Hypervisor.Kind == HypervisorKind.Kvm)
        {
            KvmFeatures = CpuIdentification.Read(Hypervisor.Leaf + 1).Eax;
        }
    }

    internal static void Enable()
    {
        // SAFETY: four words receive the four registers.
        unsafe
        {
            uint* r = stackalloc uint[4];
            PerCpuBlock* cpu = Native.PerCpu();
            uint ebx = cpu->Cpuid7Ebx;
            uint ecx1 = cpu->Cpuid1Ecx;
            HasX2Apic = (ecx1 & (1u << 21)) != 0;
            HasDeadlineTimer = (ecx1 & (1u << 24)) != 0;
            if ((ecx1 & (1u << 31)) != 0)
            {
                IdentifyHypervisor();
            }

            HasGiantPages = (cpu->CpuidExtendedEdx & (1 << 26)) != 0;

            if ((ebx & 1) != 0)
            {
                cpu->HasFsGsBase = 1;
                HasFsGsBase = true;
            }

            if ((ebx & (1 << 20)) != 0)
            {
                cpu->HasSmap = 1;
            }

            bool hasXsave = (ecx1 & (1 << 26)) != 0;
            if (hasXsave)
            {
                Native.Cpuid(0xd, 0, r);
                ExtendedComponents = r[0] & KnownComponents;
                Native.WriteXcr0(ExtendedComponents);
                Native.Cpuid(0xd, 0, r);
                ExtendedBytes = (int)r[1];
                cpu->HasXsave = 1;
                cpu->IsX87Dirty = 1;
                if (ExtendedComponents == PlainComponents)
                {
                    Native.Cpuid(0xd, 2, r);
                    cpu->HasPlainState = r[1] == AvxOffset ? (byte)1 : (byte)0;
                }
            }
        }
    }
}
