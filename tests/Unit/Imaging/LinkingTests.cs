using System;
using System.IO;
using System.Linq;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>Programs and libraries made by the test, which need nothing of the host but its dynamic loader.</summary>
public sealed class LinkingTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Follows_runpath_with_origin_and_keeps_links()
    {
        TestElf.Library("libone.so.1").Save(_folder["app/lib/libone.so.1.2"]);
        File.CreateSymbolicLink(_folder["app/lib/libone.so.1"], "libone.so.1.2");
        (TestElf.Program("libone.so.1") with { Runpath = "$ORIGIN/../lib" }).Save(_folder["app/bin/prog"]);

        ImageManifest manifest = Build("app/bin/prog").Manifest;

        ManifestEntry link = Entry(manifest, _folder.Guest("app/lib/libone.so.1"));
        Assert.Equal("libone.so.1.2", link.Target);
        Assert.Equal("file", Entry(manifest, _folder.Guest("app/lib/libone.so.1.2")).Kind);
        Assert.Contains($"needed by {_folder.Guest("app/bin/prog")} (DT_NEEDED libone.so.1, found by RUNPATH", link.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Runpath_is_not_inherited_but_rpath_is()
    {
        TestElf.Library("libleaf.so").Save(_folder["deep/libleaf.so"]);
        TestElf.Library("libmid.so", "libleaf.so").Save(_folder["mid/libmid.so"]);
        string folders = $"{_folder["mid"]}:{_folder["deep"]}";
        (TestElf.Program("libmid.so") with { Rpath = folders }).Save(_folder["rpath"]);
        (TestElf.Program("libmid.so") with { Runpath = folders }).Save(_folder["runpath"]);

        Assert.Contains("RPATH of", Entry(Build("rpath").Manifest, _folder.Guest("deep/libleaf.so")).Why, StringComparison.Ordinal);
        string message = Assert.Throws<ImageException>(() => Build("runpath")).Message;
        Assert.Contains($"{_folder.Guest("mid/libmid.so")} needs the library libleaf.so, and it was not found", message, StringComparison.Ordinal);
        Assert.Contains("/usr/lib/libleaf.so (default folder)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Library_path_comes_before_runpath_and_after_rpath()
    {
        foreach (string place in (string[])["path", "run", "rpath"])
        {
            TestElf.Library("libone.so").Save(_folder[place + "/libone.so"]);
        }

        (TestElf.Program("libone.so") with { Runpath = _folder["run"] }).Save(_folder["a"]);
        (TestElf.Program("libone.so") with { Rpath = _folder["rpath"] }).Save(_folder["b"]);

        Assert.NotNull(Entry(Build("a", ("LD_LIBRARY_PATH", _folder["path"])).Manifest, _folder.Guest("path/libone.so")));
        Assert.NotNull(Entry(Build("b", ("LD_LIBRARY_PATH", _folder["path"])).Manifest, _folder.Guest("rpath/libone.so")));
    }

    [Fact]
    public void A_library_for_another_machine_is_passed_over()
    {
        (TestElf.Library("libone.so") with { Machine = 3, Class = 1 }).Save(_folder["wrong/libone.so"]);
        TestElf.Library("libone.so").Save(_folder["right/libone.so"]);
        (TestElf.Program("libone.so") with { Runpath = $"{_folder["wrong"]}:{_folder["right"]}" }).Save(_folder["prog"]);

        Assert.NotNull(Entry(Build("prog").Manifest, _folder.Guest("right/libone.so")));
    }

    [Fact]
    public void Loader_finds_libraries_in_unusual_folders_by_the_cache()
    {
        TestElf.Library("libone.so").Save(_folder["odd/libone.so"]);
        TestElf.Program("libone.so").Save(_folder["prog"]);

        MachineImage image = Build("prog", ("LD_LIBRARY_PATH", _folder["odd"]));

        string root = TestImage.Extract(image, _folder["out"]);
        string listed = TestFolder.Run("/sbin/ldconfig", "-p", "-C", root + "/etc/ld.so.cache");
        Assert.Contains($"libone.so (libc6,x86-64) => {_folder.Guest("odd/libone.so")}", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void The_unwinder_comes_with_programs_that_need_it_at_run_time()
    {
        (TestElf.Program("libc.so.6") with { Symbols = ["pthread_exit"] }).Save(_folder["exits"]);
        TestElf.Program("libc.so.6").Save(_folder["plain"]);

        Assert.Contains(Build("exits").Manifest.Files, entry => entry.Path.EndsWith("/libgcc_s.so.1", StringComparison.Ordinal) && entry.Why.Contains("pthread_exit", StringComparison.Ordinal));
        Assert.DoesNotContain(Build("plain").Manifest.Files, entry => entry.Path.EndsWith("/libgcc_s.so.1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_interpreter_is_named()
    {
        (TestElf.Program() with { Interpreter = "/lib/ld-none.so.1" }).Save(_folder["prog"]);

        string message = Assert.Throws<ImageException>(() => Build("prog")).Message;

        Assert.Contains("needs the interpreter /lib/ld-none.so.1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_links_of_the_host_are_kept()
    {
        ImageManifest manifest = new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = "/bin/ls" }, _folder["image"]).Manifest;

        // Debian's /bin, /lib and /lib64 are links into /usr.
        foreach (string name in (string[])["/bin", "/lib", "/lib64"])
        {
            string? target = new FileInfo(name).LinkTarget;
            Assert.Equal(target, manifest.Files.FirstOrDefault(entry => entry.Path == name && entry.Kind == "link")?.Target);
        }

        Assert.Equal("program", Entry(manifest, "/usr/bin/ls").Why);
    }

    private static ManifestEntry Entry(ImageManifest manifest, string path) => TestImage.Entry(manifest, path);

    private MachineImage Build(string program, params (string Name, string Value)[] environment) =>
        new ImageBuilder(SilentProgress.Instance).Build(
            new ImageRequest { ProgramPath = _folder[program], Environment = environment.ToDictionary(pair => pair.Name, pair => pair.Value) },
            _folder["image"]);
}
