using System;
using System.IO;
using System.Linq;
using Mote.LineTable;
using Xunit;

namespace Mote.Tests.Runtime;

/// <summary>The contract between ilc's output and the runtime is private to each version of ilc. What the kernel's object
/// leaves undefined, apart from Machine's own routines, is written down in src/Runtime/undefined-symbols.txt; a change is
/// either a new version or kernel code that reaches for a new part of the class library, and either wants a look.</summary>
public class UndefinedSymbolsTests
{
    [Fact]
    public void AreTheKnownOnes()
    {
        string[] actual = [.. new ElfFile(File.ReadAllBytes(Repository.KernelObject)).Symbols()
            .Where(symbol => !symbol.IsDefined && symbol.Name.Length != 0).Select(symbol => symbol.Name)
            .Where(name => !name.StartsWith("Machine", StringComparison.Ordinal) && !name.StartsWith("RhMote", StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal)];
        string[] known = File.ReadAllLines(Repository.Root + "src/Runtime/undefined-symbols.txt");
        if (!actual.SequenceEqual(known))
        {
            string written = Repository.Root + "artifacts/undefined-symbols.txt";
            File.WriteAllLines(written, actual);
            Assert.Fail($"new: {string.Join(' ', actual.Except(known))}; gone: {string.Join(' ', known.Except(actual))}; the list is in {written}");
        }
    }
}
