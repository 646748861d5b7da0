using System;
using System.Collections.Generic;
using System.IO;
using Mote.LineTable;

namespace Mote.CodeCheck;

/// <summary>usage: Mote.CodeCheck KERNEL.ELF NEVER-RUN
/// Fails when a function of the kernel uses a register that an entry into the kernel does not save. The functions named in the file NEVER-RUN,
/// one a line, are exempt, because their code is replaced by undefined instructions: to run one is a panic, not a program's lost registers.
/// Functions that use one which is saved only on demand begin with that demand (<see cref="VectorUsers"/>).
/// Calls of the helpers that store a reference are replaced by the store (<see cref="ReferenceStores"/>).</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: Mote.CodeCheck KERNEL.ELF NEVER-RUN");
            return 2;
        }

        try
        {
            byte[] file = File.ReadAllBytes(arguments[0]);
            HashSet<string> neverRun = ReadNames(arguments[1]);
            ElfFile elf = new(file);
            ReferenceStores stores = new(elf);
            VectorUsers users = new(elf);
            int violations = 0;
            foreach (ElfSymbol symbol in elf.Symbols())
            {
                if (!symbol.IsFunction || !symbol.IsDefined || symbol.Size == 0)
                {
                    continue;
                }

                Memory<byte> code = elf.Code(symbol.Address, symbol.Size);
                if (neverRun.Remove(symbol.Name))
                {
                    UndefinedCode.Fill(code.Span);
                    continue;
                }

                stores.Inline(code, symbol.Address);
                if (SavedRegisters.FindOther(code, symbol.Address, out bool needsAll) is { } found)
                {
                    violations++;
                    Console.Error.WriteLine(
                        $"{arguments[0]}: error : {symbol.Name} uses {found}, which an entry into the kernel does not save (trap.S, SAVE_XMM). "
                        + $"Do without the function; if the kernel never runs it, name it in {arguments[1]}.");
                }
                else if (needsAll)
                {
                    users.SaveFirst(symbol.Name, code, symbol.Address);
                }
            }

            foreach (string name in neverRun)
            {
                violations++;
                Console.Error.WriteLine($"{arguments[1]}: error : {name} is not a function of the kernel (any more): remove the line.");
            }

            File.WriteAllBytes(arguments[0], file);
            return violations == 0 ? 0 : 1;
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            Console.Error.WriteLine($"{arguments[0]}: error : cannot check the kernel's code: {error.Message}");
            return 1;
        }
    }

    private static HashSet<string> ReadNames(string path)
    {
        HashSet<string> names = [];
        foreach (string line in File.ReadLines(path))
        {
            string name = line.Trim();
            if (name.Length > 0 && name[0] != '#')
            {
                names.Add(name);
            }
        }

        return names;
    }
}
