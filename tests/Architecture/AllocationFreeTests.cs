using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Xunit;
using Xunit.Abstractions;

namespace Mote.Tests.Architecture;

/// <summary>What runs for interrupts, page faults, switches, reads and writes allocates nothing, whatever it calls.</summary>
public sealed class AllocationFreeTests(ITestOutputHelper output)
{
    [Fact]
    public void Marked_methods_reach_no_allocation()
    {
        using AllocationGraph graph = new(Directory.EnumerateFiles(AppContext.BaseDirectory, "Mote.*.dll").Where(IsInImage), LibraryFolders());
        foreach ((MethodDefinition method, string reason) in graph.Exceptions)
        {
            output.WriteLine($"{method.DeclaringType.Name}.{method.Name} may allocate: {reason}");
        }

        IReadOnlyList<string> findings = graph.Allocations();
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    private static bool IsInImage(string path) =>
        Path.GetFileNameWithoutExtension(path) is string name && (name == "Mote.Machine" || Repository.IsBehindTheWall(name));

    /// <summary>The class library that is compiled into the kernel, and the assemblies beside the tests.</summary>
    private static IEnumerable<string> LibraryFolders()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string pack = Path.Combine(packages, "microsoft.netcore.app.runtime.nativeaot.linux-x64", Repository.IlcVersion, "runtimes", "linux-x64");
        return [AppContext.BaseDirectory, Path.Combine(pack, "native"), Path.Combine(pack, "lib", "net10.0")];
    }
}
