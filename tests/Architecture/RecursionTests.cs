using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace Mote.Tests.Architecture;

/// <summary>
/// The kernel's stacks are small and nobody grows them, so a program must not choose how deep the kernel calls itself. recursions.txt lists each call that closes a circle of the
/// call graph, with the reason why its depth is bounded.
/// </summary>
public sealed class RecursionTests
{
    private static string ListPath => Path.Combine(Repository.Root, "tests", "Architecture", "recursions.txt");

    [Fact]
    public void Every_recursion_has_a_bound()
    {
        using RecursionGraph graph = new(KernelImage.Assemblies, KernelImage.LibraryFolders);
        IReadOnlyDictionary<string, string> bounded = Bounded();
        IReadOnlyList<IReadOnlyList<string>> circles = graph.Circles(bounded.Keys.ToHashSet());
        Assert.True(circles.Count == 0, string.Join("\n\n", circles.Select(circle => $"{circle.Count} calls:\n" + string.Join('\n', circle))));
    }

    [Fact]
    public void Every_call_in_the_list_closes_a_circle()
    {
        using RecursionGraph graph = new(KernelImage.Assemblies, KernelImage.LibraryFolders);
        HashSet<string> cut = [.. Bounded().Keys];
        List<string> others = [.. cut.Where(call => !graph.IsInCircle(call, cut))];
        Assert.True(others.Count == 0, string.Join('\n', others));
    }

    [Fact]
    public void Every_bound_has_a_reason() => Assert.DoesNotContain(Bounded(), entry => entry.Value.Length < 10);

    private static Dictionary<string, string> Bounded() => File.ReadLines(ListPath)
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(" | ", 2))
        .ToDictionary(parts => parts[0].Trim(), parts => parts.Length > 1 ? parts[1].Trim() : "", StringComparer.Ordinal);
}
