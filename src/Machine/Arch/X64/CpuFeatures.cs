namespace Mote.Machine;

/// <summary>What CPUID says of this CPU (SDM volume 2, CPUID) and the control bits that follow from it.</summary>
internal static unsafe class CpuFeatures
{
    private const ulong Cr4FsGsBase = 1 << 16;
    private const ulong Cr4Xsave = 1 << 18;
    private const ulong Cr4Smep = 1 << 20;
    private const ulong Cr4Smap = 1 << 21;
    private const ulong Cr4Umip = 1 << 11;

    /// <summary>x87, SSE, AVX and the three AVX-512 components: what the extended state of a thread may hold.</summary>
    private const ulong KnownComponents = 0xe7;

    /// <summary>x87, SSE and AVX, the last where every CPU so far has it in the standard format.</summary>
    private const ulong PlainComponents = 7;
    private const uint AvxOffset = 576;

    internal static bool HasFsGsBase { get; private set; }

    internal static bool HasGiantPages { get; private set; }

    /// <summary>Whether the CPU is one of QEMU's emulator.</summary>
    internal static bool IsEmulated { get; private set; }

    internal static ulong ExtendedComponents { get; private set; }

    /// <summary>Bytes of the standard-format extended state area.</summary>
    internal static int ExtendedBytes { get; private set; } = 512;

    internal static void Enable()
    {
        // SAFETY: four words receive the four registers.
        unsafe
        {
            uint* r = stackalloc uint[4];
            Native.Cpuid(7, 0, r);
            uint ebx = r[1];
            uint ecx = r[2];
            Native.Cpuid(1, 0, r);
            uint ecx1 = r[2];
            if ((ecx1 & (1u << 31)) != 0)
            {
                // A hypervisor names itself; the emulator's name is TCG, four times.
                Native.Cpuid(0x4000_0000, 0, r);
                IsEmulated = r[1] == 0x5447_4354 && r[2] == 0x4354_4743 && r[3] == 0x4743_5447;
            }

            Native.Cpuid(0x8000_0001, 0, r);
            HasGiantPages = (r[3] & (1 << 26)) != 0;

            ulong cr4 = Native.ReadCr4();
            PerCpuBlock* cpu = Native.PerCpu();
            if ((ebx & 1) != 0)
            {
                cr4 |= Cr4FsGsBase;
                cpu->HasFsGsBase = 1;
                HasFsGsBase = true;
            }

            if ((ebx & (1 << 7)) != 0)
            {
                cr4 |= Cr4Smep;
            }

            if ((ebx & (1 << 20)) != 0)
            {
                cr4 |= Cr4Smap;
                cpu->HasSmap = 1;
            }

            if ((ecx & (1 << 2)) != 0)
            {
                cr4 |= Cr4Umip;
            }

            bool hasXsave = (ecx1 & (1 << 26)) != 0;
            if (hasXsave)
            {
                cr4 |= Cr4Xsave;
            }

            Native.WriteCr4(cr4);
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
