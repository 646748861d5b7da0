using System;
using System.IO;
using System.Linq;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>On an assembly for the host's command dotnet: that of these tests themselves.</summary>
public sealed class DotNetRuleTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_assembly_is_started_by_the_hosts_runtime()
    {
        MachineImage image = Build(typeof(DotNetRuleTests).Assembly.Location);

        Assert.EndsWith("/dotnet", image.Config.EntryPoint, StringComparison.Ordinal);
        Assert.EndsWith("/Mote.Tests.Unit.dll", image.Config.Arguments[1], StringComparison.Ordinal);
        Assert.Equal("dotnet", Assert.Single(image.Manifest.Rules).Name);
        foreach (string name in (string[])["libhostfxr.so", "libhostpolicy.so", "libcoreclr.so", "libclrjit.so", "System.Private.CoreLib.dll", "System.Diagnostics.StackTrace.dll", "xunit.core.dll"])
        {
            Assert.Contains(image.Manifest.Files, entry => entry.Path.EndsWith("/" + name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_the_program_cannot_reach_is_left_out_and_said()
    {
        ImageManifest manifest = Build(typeof(DotNetRuleTests).Assembly.Location).Manifest;

        Assert.DoesNotContain(manifest.Files, entry => Path.GetFileName(entry.Path) is "libmscordbi.so" or "libcoreclrtraceptprovider.so" or "System.Net.Mail.dll");
        Assert.Contains(manifest.Notes, note => note.Contains("dotnet:full", StringComparison.Ordinal));
        string framework = TestImage.Extract(Build(typeof(DotNetRuleTests).Assembly.Location), _folder["out"]);
        string list = File.ReadAllText(Directory.GetFiles(framework, "Microsoft.NETCore.App.deps.json", SearchOption.AllDirectories).Single());
        Assert.Contains("System.Private.CoreLib.dll", list, StringComparison.Ordinal);
        Assert.DoesNotContain("System.Net.Mail.dll", list, StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_framework_comes_on_demand()
    {
        ImageManifest manifest = Build(typeof(DotNetRuleTests).Assembly.Location, "dotnet:full").Manifest;

        Assert.Contains(manifest.Files, entry => entry.Path.EndsWith("/System.Net.Mail.dll", StringComparison.Ordinal));
        Assert.DoesNotContain(manifest.Notes, note => note.Contains("left out", StringComparison.Ordinal));
    }

    [Fact]
    public void Assemblies_that_cannot_be_started_are_explained()
    {
        string library = typeof(ImageBuilder).Assembly.Location;
        Assert.Contains("it is a library", Assert.Throws<ImageException>(() => Build(library)).Message, StringComparison.Ordinal);

        File.Copy(library, _folder["own.dll"]);
        _folder.WriteText("own.runtimeconfig.json", """{"runtimeOptions":{"includedFrameworks":[{"name":"Microsoft.NETCore.App","version":"10.0.0"}]}}""");
        Assert.Contains("published with its own runtime", Assert.Throws<ImageException>(() => Build(_folder["own.dll"])).Message, StringComparison.Ordinal);

        _folder.WriteText("own.runtimeconfig.json", """{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"99.1.0"}}}""");
        Assert.Contains("no fitting version", Assert.Throws<ImageException>(() => Build(_folder["own.dll"])).Message, StringComparison.Ordinal);

        _folder.WriteText("own.runtimeconfig.json", "{");
        Assert.Contains("own.runtimeconfig.json does not say", Assert.Throws<ImageException>(() => Build(_folder["own.dll"])).Message, StringComparison.Ordinal);
    }

    private MachineImage Build(string program, params string[] rules) =>
        new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = program, Rules = rules }, _folder["image"]);
}
