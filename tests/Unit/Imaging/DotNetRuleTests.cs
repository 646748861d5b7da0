using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
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
        Assert.Equal(Path.GetDirectoryName(image.Config.Arguments[1]), image.Config.WorkingDirectory);
        Assert.Equal("8080", image.Config.Environment["ASPNETCORE_HTTP_PORTS"]);
        Assert.Equal("true", image.Config.Environment["DOTNET_RUNNING_IN_CONTAINER"]);
        Assert.StartsWith("10.", image.Config.Environment["DOTNET_VERSION"], StringComparison.Ordinal);
        Assert.Contains(image.Manifest.Files, entry => entry.Path.EndsWith("/terminfo/x/xterm", StringComparison.Ordinal));
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

    [Fact]
    public void What_the_user_says_wins()
    {
        MachineImage image = new ImageBuilder(SilentProgress.Instance).Build(
            new ImageRequest
            {
                ProgramPath = typeof(DotNetRuleTests).Assembly.Location,
                WorkingDirectory = "/srv",
                Environment = new Dictionary<string, string> { ["ASPNETCORE_HTTP_PORTS"] = "80" },
            },
            _folder["image"]);

        Assert.Equal("/srv", image.Config.WorkingDirectory);
        Assert.Equal("80", image.Config.Environment["ASPNETCORE_HTTP_PORTS"]);
    }

    [Fact]
    public void A_compiled_program_brings_the_libraries_and_settings_beside_it()
    {
        (TestElf.Program() with { Symbols = ["DotNetRuntimeDebugHeader"] }).Save(_folder["any/prog"]);
        TestElf.Library("libneeded.so").Save(_folder["any/libneeded.so"]);
        (TestElf.Library("e_lite.so", "libneeded.so") with { Runpath = "$ORIGIN" }).Save(_folder["any/e_lite.so"]);
        _folder.WriteText("any/appsettings.json", "{}");
        _folder.WriteText("any/wwwroot/site.css", "body {}");
        _folder.WriteText("any/someone-elses.txt", "private");
        _folder.WriteText("any/someone-elses.db", "private");

        MachineImage image = Build(_folder["any/prog"]);

        Assert.Equal(_folder.Guest("any"), image.Config.WorkingDirectory);
        foreach (string name in (string[])["e_lite.so", "libneeded.so", "appsettings.json", "wwwroot/site.css"])
        {
            TestImage.Entry(image.Manifest, _folder.Guest("any/" + name));
        }

        Assert.DoesNotContain(image.Manifest.Files, entry => entry.Path.Contains("someone-elses", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_publishing_made_comes_whole_but_for_symbols()
    {
        (TestElf.Program() with { Symbols = ["DotNetRuntimeDebugHeader"] }).Save(_folder["out/prog"]);
        TestElf.Program().Save(_folder["out/prog.dbg"]);
        _folder.WriteText("out/data/table.txt", "1");
        File.AppendAllBytes(_folder["out/prog"], Encoding.Unicode.GetBytes("/etc/terminfo"));

        MachineImage image = Build(_folder["out/prog"]);

        TestImage.Entry(image.Manifest, _folder.Guest("out/data/table.txt"));
        Assert.Contains(image.Manifest.Files, entry => entry.Path.EndsWith("/terminfo/x/xterm", StringComparison.Ordinal));
        Assert.DoesNotContain(image.Manifest.Files, entry => entry.Path.EndsWith(".dbg", StringComparison.Ordinal));
    }

    [Fact]
    public void Symbols_in_an_added_folder_are_left_out_and_said()
    {
        TestElf.Program().Save(_folder["prog"]);
        TestElf.Program("libnowhere.so").Save(_folder["app/App.dbg"]);
        TestElf.Program().Save(_folder["app/App"]);
        _folder.WriteText("app/notes.dbg", "of no program");
        var progress = new RecordingProgress();

        MachineImage image = new ImageBuilder(progress).Build(new ImageRequest { ProgramPath = _folder["prog"], AddedFiles = [(_folder["app"], "/srv/app"), (_folder["app/App.dbg"], "/srv/App.dbg")] }, _folder["image"]);

        Assert.DoesNotContain(image.Manifest.Files, entry => entry.Path == "/srv/app/App.dbg");
        TestImage.Entry(image.Manifest, "/srv/app/notes.dbg");
        TestImage.Entry(image.Manifest, "/srv/App.dbg");
        Assert.Contains(image.Manifest.Notes, note => note.Contains("App.dbg", StringComparison.Ordinal));
        Assert.Empty(progress.Warnings);
    }

    private MachineImage Build(string program, params string[] rules) =>
        new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = program, Rules = rules }, _folder["image"]);
}
