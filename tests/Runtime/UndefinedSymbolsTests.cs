using System;
using System.IO;
using System.Linq;
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
        CommandResult symbols = CommandResult.Of("llvm-nm", "--undefined-only", "--format=just-symbols", Repository.KernelObject);
        Assert.Equal(0, symbols.ExitCode);
        string[] actual = [.. symbols.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(symbol => !symbol.StartsWith("Machine", StringComparison.Ordinal) && !symbol.StartsWith("RhMote", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        string[] known = File.ReadAllLines(Repository.Root + "src/Runtime/undefined-symbols.txt");
        Assert.Equal(known, actual);
    }
}
