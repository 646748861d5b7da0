using System;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>The names of CPU features, a register of CPUID a list: the first name is bit 0, and "-" a bit without a name (arch/x86/include/asm/cpufeatures.h).</summary>
internal static class CpuFlagNames
{
    /// <summary>Writes a blank and a name for each feature, in Linux's order.</summary>
    public static void Write(ByteText text)
    {
        CpuIdentification basic = CpuIdentification.Read(1);
        CpuIdentification extended = CpuText.ReadExtended(1);
        CpuIdentification structured = CpuIdentification.Read(0).Eax >= 7 ? CpuIdentification.Read(7) : default;
        Add(text, basic.Edx, "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe"u8);
        Add(text, extended.Edx, "- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - - fxsr_opt pdpe1gb rdtscp - lm 3dnowext 3dnow"u8);

        // What Linux adds on its own: the counter has one rate, and long nops and CPUID are there.
        text.Add(" constant_tsc nopl cpuid"u8);
        Add(text, basic.Ecx, "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm - pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave - avx f16c rdrand hypervisor"u8);
        Add(text, extended.Ecx, "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs xop skinit wdt - lwp fma4 tce - nodeid_msr - tbm topoext perfctr_core perfctr_nb - bpext ptsc perfctr_llc mwaitx"u8);
        Add(text, structured.Ebx, "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a avx512f avx512dq rdseed adx smap avx512ifma - clflushopt clwb intel_pt avx512pf avx512er avx512cd sha_ni avx512bw avx512vl"u8);
        Add(text, (basic.Ecx & (1u << 26)) != 0 ? CpuIdentification.Read(0xd, 1).Eax : 0, "xsaveopt xsavec xgetbv1 xsaves"u8);
        Add(text, structured.Ecx, "- avx512vbmi umip pku - waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq avx512_vnni avx512_bitalg tme avx512_vpopcntdq - la57 - - - - - rdpid - bus_lock_detect cldemote - movdiri movdir64b enqcmd"u8);
        Add(text, structured.Edx, "- - avx512_4vnniw avx512_4fmaps fsrm - - - avx512_vp2intersect - md_clear - - - serialize - tsxldtrk - pconfig arch_lbr ibt - amx_bf16 avx512_fp16 amx_tile amx_int8 - - flush_l1d arch_capabilities"u8);
    }

    private static void Add(ByteText text, uint bits, ReadOnlySpan<byte> names)
    {
        for (int bit = 0; !names.IsEmpty; bit++)
        {
            int end = names.IndexOf((byte)' ');
            ReadOnlySpan<byte> name = end < 0 ? names : names[..end];
            if ((bits & (1u << bit)) != 0 && !name.SequenceEqual("-"u8))
            {
                text.Add(" "u8).Add(name);
            }

            names = end < 0 ? default : names[(end + 1)..];
        }
    }
}
