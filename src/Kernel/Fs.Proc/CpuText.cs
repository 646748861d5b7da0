using System;
using System.Buffers.Binary;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/cpuinfo: what CPUID says of the CPU, in Linux's words (arch/x86/kernel/cpu/proc.c).</summary>
internal static class CpuText
{
    private const uint ExtendedLeaf = 0x8000_0000;
    private const int BrandBytes = 48;

    public static void Write(ByteText text)
    {
        CpuIdentification basic = CpuIdentification.Read(0);
        CpuIdentification version = CpuIdentification.Read(1);
        Span<byte> vendor = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(vendor, basic.Ebx);
        BinaryPrimitives.WriteUInt32LittleEndian(vendor[4..], basic.Edx);
        BinaryPrimitives.WriteUInt32LittleEndian(vendor[8..], basic.Ecx);
        uint family = (version.Eax >> 8) & 0xf;
        family += family == 0xf ? (version.Eax >> 20) & 0xff : 0;
        uint model = ((version.Eax >> 4) & 0xf) | (family >= 6 ? (version.Eax >> 12) & 0xf0 : 0);
        text.Add("processor\t: 0\nvendor_id\t: "u8).Add(vendor.TrimEnd((byte)0)).Add("\ncpu family\t: "u8).Add(family).Add("\nmodel\t\t: "u8).Add(model);
        text.Add("\nmodel name\t: "u8);
        AddBrand(text);
        ulong kilohertz = Clock.FrequencyHz / 1000;
        text.Add("\nstepping\t: "u8).Add(version.Eax & 0xf).Add("\ncpu MHz\t\t: "u8).Add(kilohertz / 1000).Add("."u8).AddPadded((uint)(kilohertz % 1000), 3);
        text.Add("\ncache size\t: "u8).Add(ReadExtended(6).Ecx >> 16).Add(" KB\nphysical id\t: 0\nsiblings\t: 1\ncore id\t\t: 0\ncpu cores\t: 1\napicid\t\t: "u8);
        text.Add(version.Ebx >> 24).Add("\ninitial apicid\t: "u8).Add(version.Ebx >> 24).Add("\nfpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: "u8).Add(basic.Eax);
        text.Add("\nwp\t\t: yes\nflags\t\t:"u8);
        CpuFlagNames.Write(text);
        uint addresses = ReadExtended(8).Eax;
        text.Add("\nbugs\t\t:\nbogomips\t: "u8).Add(kilohertz / 500).Add("."u8).AddPadded((uint)(kilohertz % 500 / 5), 2);
        text.Add("\nclflush size\t: "u8).Add(((version.Ebx >> 8) & 0xff) * 8).Add("\ncache_alignment\t: "u8).Add(((version.Ebx >> 8) & 0xff) * 8);
        text.Add("\naddress sizes\t: "u8).Add(addresses & 0xff).Add(" bits physical, "u8).Add((addresses >> 8) & 0xff).Add(" bits virtual\npower management:\n\n"u8);
    }

    /// <summary>A leaf from 0x80000000 on; zeros when the CPU has none.</summary>
    internal static CpuIdentification ReadExtended(uint leaf) =>
        CpuIdentification.Read(ExtendedLeaf).Eax >= ExtendedLeaf + leaf ? CpuIdentification.Read(ExtendedLeaf + leaf) : default;

    private static void AddBrand(ByteText text)
    {
        Span<byte> brand = stackalloc byte[BrandBytes];
        for (uint i = 0; i < 3; i++)
        {
            CpuIdentification part = ReadExtended(2 + i);
            Span<byte> to = brand[(int)(i * 16)..];
            BinaryPrimitives.WriteUInt32LittleEndian(to, part.Eax);
            BinaryPrimitives.WriteUInt32LittleEndian(to[4..], part.Ebx);
            BinaryPrimitives.WriteUInt32LittleEndian(to[8..], part.Ecx);
            BinaryPrimitives.WriteUInt32LittleEndian(to[12..], part.Edx);
        }

        int end = brand.IndexOf((byte)0);
        ReadOnlySpan<byte> name = (end < 0 ? brand : brand[..end]).Trim((byte)' ');
        text.Add(name.IsEmpty ? "unknown"u8 : name);
    }
}
