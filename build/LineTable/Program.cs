using System;
using System.IO;

namespace Mote.LineTable;

/// <summary>usage: Mote.LineTable KERNEL.ELF OUTPUT SOURCE-ROOT ASSEMBLY...
/// The kernel must have symbols and DWARF 4; lines are kept for sources below the root; the assemblies are those that
/// the kernel was compiled from, for their names.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length < 3)
        {
            Console.Error.WriteLine("usage: Mote.LineTable KERNEL.ELF OUTPUT SOURCE-ROOT ASSEMBLY...");
            return 2;
        }

        try
        {
            ElfFile elf = new(File.ReadAllBytes(arguments[0]));
            NameMap names = new();
            foreach (string assembly in arguments.AsSpan(3))
            {
                names.Add(assembly);
            }

            LineProgram lines = new(elf.Section(".debug_line"));
            byte[] table = new TableBuilder(elf, names, lines, Path.GetFullPath(arguments[2])).Build();
            File.WriteAllBytes(arguments[1], table);
            return 0;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or BadImageFormatException)
        {
            Console.Error.WriteLine($"{arguments[0]}: error : cannot make the line table: {error.Message}");
            return 1;
        }
    }
}
