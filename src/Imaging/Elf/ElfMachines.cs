using System.Globalization;

namespace Mote.Imaging.Elf;

/// <summary>Names of architectures by e_machine (the gABI's registry), for messages.</summary>
internal static class ElfMachines
{
    public const ushort X64 = 62;

    public static string Name(ushort machine, bool is64Bit) => machine switch
    {
        2 or 18 or 43 => "SPARC",
        3 or 6 => "i386 (32-bit x86)",
        4 => "Motorola 68000",
        8 => is64Bit ? "MIPS (64-bit)" : "MIPS",
        15 => "PA-RISC",
        20 => "PowerPC (32-bit)",
        21 => "PowerPC (64-bit)",
        22 => "IBM S/390",
        40 => "ARM (32-bit)",
        42 => "SuperH",
        50 => "Itanium (IA-64)",
        X64 => is64Bit ? "x86-64" : "x32 (32-bit x86-64)",
        83 => "AVR",
        94 => "Xtensa",
        183 => "AArch64 (64-bit ARM)",
        243 => is64Bit ? "RISC-V (64-bit)" : "RISC-V (32-bit)",
        247 => "eBPF",
        258 => "LoongArch",
        _ => string.Create(CultureInfo.InvariantCulture, $"another architecture (machine number {machine})"),
    };
}
