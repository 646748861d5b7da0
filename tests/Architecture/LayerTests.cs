using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Mote.Tests.Architecture;

/// <summary>References point down only. The list is the picture of ARCHITECTURE.md: a new edge is drawn here first.</summary>
public sealed class LayerTests
{
    private static readonly Dictionary<string, string[]> s_below = new()
    {
        ["Mote.Runtime"] = [],
        ["Mote.Machine"] = [],
        ["Mote.Abi.Linux"] = [],
        ["Mote.Kernel.Logging"] = ["Mote.Machine"],
        ["Mote.Kernel.Tasks"] = ["Mote.Machine", "Mote.Abi.Linux"],
        ["Mote.Kernel.Net.Wire"] = ["Mote.Machine"],
        ["Mote.Kernel.Filters"] = ["Mote.Machine"],
        ["Mote.Kernel.Net.Stack"] = ["Mote.Machine", "Mote.Kernel.Tasks", "Mote.Kernel.Filters", "Mote.Kernel.Net.Wire"],
        ["Mote.Kernel.Random"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Logging"],
        ["Mote.Kernel.Time"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks"],
        ["Mote.Kernel.Vfs"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks"],
        ["Mote.Kernel.Memory"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Vfs"],
        ["Mote.Kernel.Fs.Ram"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Vfs"],
        ["Mote.Kernel.Fs.Dev"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Vfs", "Mote.Kernel.Fs.Ram"],
        ["Mote.Kernel.Fs.Erofs"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Vfs"],
        ["Mote.Kernel.Drivers.Virtio"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Logging", "Mote.Kernel.Vfs", "Mote.Kernel.Random", "Mote.Kernel.Net.Wire", "Mote.Kernel.Net.Stack"],
        ["Mote.Kernel.Processes"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Memory", "Mote.Kernel.Vfs", "Mote.Kernel.Time", "Mote.Kernel.Logging", "Mote.Kernel.Random"],
        ["Mote.Kernel.Terminals"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Vfs", "Mote.Kernel.Processes"],
        ["Mote.Kernel.Fs.Proc"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Memory", "Mote.Kernel.Vfs", "Mote.Kernel.Time", "Mote.Kernel.Processes", "Mote.Kernel.Fs.Ram", "Mote.Kernel.Net.Wire", "Mote.Kernel.Net.Stack", "Mote.Kernel.Net.Sockets"],
        ["Mote.Kernel.Net.Sockets"] = ["Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Filters", "Mote.Kernel.Vfs", "Mote.Kernel.Net.Wire", "Mote.Kernel.Net.Stack"],
        ["Mote.Kernel.Syscalls"] =
        [
            "Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Memory", "Mote.Kernel.Vfs", "Mote.Kernel.Time", "Mote.Kernel.Processes", "Mote.Kernel.Logging",
            "Mote.Kernel.Fs.Ram", "Mote.Kernel.Random", "Mote.Kernel.Net.Sockets",
        ],
        ["Mote.Kernel.Observe"] =
        [
            "Mote.Machine", "Mote.Abi.Linux", "Mote.Kernel.Tasks", "Mote.Kernel.Memory", "Mote.Kernel.Vfs", "Mote.Kernel.Time", "Mote.Kernel.Processes", "Mote.Kernel.Logging",
            "Mote.Kernel.Syscalls", "Mote.Kernel.Net.Sockets",
        ],
        ["Mote.Analyzers"] = [],
        ["Mote.Imaging"] = [],
        ["Mote.Compatibility"] = [],
        ["Mote.Cli"] = ["Mote.Compatibility", "Mote.Imaging"],
    };

    public static TheoryData<string> Projects => [.. Repository.Projects.Keys.Order()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_lies_below_it(string project)
    {
        // Image puts everything together.
        string[] allowed = project == "Mote.Image"
            ? [.. Repository.Projects.Keys.Where(other => other is "Mote.Machine" || Repository.IsBehindTheWall(other))]
            : s_below.GetValueOrDefault(project) ?? throw new Xunit.Sdk.XunitException($"{project} is new: give it its place in {nameof(LayerTests)}.");
        string[] above = [.. Repository.ReferencesOf(project).Except(allowed)];
        Assert.True(above.Length == 0, $"{project} references {string.Join(", ", above)}, which do not lie below it.");
    }

    [Fact]
    public void The_picture_has_no_cycle()
    {
        HashSet<string> placed = [];
        while (placed.Count < s_below.Count)
        {
            string[] next = [.. s_below.Where(pair => !placed.Contains(pair.Key) && pair.Value.All(placed.Contains)).Select(pair => pair.Key)];
            Assert.True(next.Length > 0, "a cycle among: " + string.Join(", ", s_below.Keys.Except(placed)));
            placed.UnionWith(next);
        }
    }

    [Fact]
    public void The_kernel_has_no_packages()
    {
        string[] with = [.. Repository.Projects.Where(pair => Repository.IsBehindTheWall(pair.Key) || pair.Key is "Mote.Machine" or "Mote.Runtime")
            .Where(pair => System.IO.File.ReadAllText(pair.Value).Contains("<PackageReference", System.StringComparison.Ordinal)).Select(pair => pair.Key)];
        Assert.Empty(with);
    }
}
