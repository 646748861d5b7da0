using System;
using System.IO;
using System.Linq;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>What <c>--add</c> brings along, and roots that a user gives.</summary>
public sealed class AddedFilesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_shared_object_brings_its_libraries()
    {
        TestElf.Program("libc.so.6").Save(_folder["prog"]);
        TestElf.Library("libdeep.so.1").Save(_folder["deep/libdeep.so.1"]);
        (TestElf.Library("libmod.so", "libdeep.so.1") with { Runpath = _folder["deep"] }).Save(_folder["libmod.so"]);

        ImageManifest file = Build("prog", (_folder["libmod.so"], "/srv/libmod.so")).Manifest;
        Assert.Contains("needed by /srv/libmod.so", TestImage.Entry(file, _folder.Guest("deep/libdeep.so.1")).Why, StringComparison.Ordinal);

        Directory.CreateDirectory(_folder["mods"]);
        File.Move(_folder["libmod.so"], _folder["mods/libmod.so"]);
        TestElf.Library("libuser.so", "libmod.so").Save(_folder["mods/libauser.so"]);
        var progress = new RecordingProgress();
        var request = new ImageRequest { ProgramPath = _folder["prog"], AddedFiles = [(_folder["mods"], "/srv/mods")] };
        TestImage.Entry(new ImageBuilder(progress).Build(request, _folder["image"]).Manifest, _folder.Guest("deep/libdeep.so.1"));
        Assert.Empty(progress.Warnings);
    }

    [Fact]
    public void A_module_that_lacks_a_library_is_warned_of_each_time()
    {
        TestElf.Program("libc.so.6").Save(_folder["prog"]);
        TestElf.Library("libone.so", "libnowhere.so.1").Save(_folder["mods/libone.so"]);
        TestElf.Library("libtwo.so", "libnowhere.so.1").Save(_folder["mods/libtwo.so"]);

        var progress = new RecordingProgress();
        new ImageBuilder(progress).Build(new ImageRequest { ProgramPath = _folder["prog"], AddedFiles = [(_folder["mods"], "/srv/mods")] }, _folder["image"]);

        Assert.Equal(2, progress.Warnings.Count(warning => warning.Contains("libnowhere.so.1", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_added_folder_takes_the_place_of_what_is_there()
    {
        TestElf.Program().Save(_folder["prog"]);
        _folder.WriteText("etc/hosts", "10.0.0.1 mine\n");
        File.CreateSymbolicLink(_folder["etc/hostname"], "hosts");

        string root = TestImage.Extract(Build("prog", (_folder["etc"], "/etc")), _folder["out"]);

        Assert.Equal("10.0.0.1 mine\n", File.ReadAllText(root + "/etc/hosts"));
        Assert.Equal("hosts", new FileInfo(root + "/etc/hostname").LinkTarget);
    }

    [Fact]
    public void An_added_library_is_found_where_it_will_lie()
    {
        TestElf.Library("libmine.so.1").Save(_folder["libs/libmine.so.1"]);
        TestElf.Program("libmine.so.1").Save(_folder["prog"]);

        Assert.Contains("needs the library libmine.so.1", Assert.Throws<ImageException>(() => Build("prog")).Message, StringComparison.Ordinal);
        ImageManifest manifest = Build("prog", (_folder["libs"], "/usr/lib/mine"), (_folder["libs/libmine.so.1"], "/usr/lib/libmine.so.1")).Manifest;
        Assert.Equal(_folder["libs/libmine.so.1"], TestImage.Entry(manifest, "/usr/lib/libmine.so.1").Source);
    }

    [Fact]
    public void A_root_is_searched_for_loader_and_libraries_before_the_host()
    {
        MakeRoot();
        foreach (string program in (string[])["/usr/bin/prog", _folder["root/usr/bin/prog"], "/usr/bin/same"])
        {
            MachineImage image = new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = program, AddedFiles = [(_folder["root"], "/")] }, _folder["image"]);
            Assert.StartsWith("/usr/bin/", image.Config.EntryPoint, StringComparison.Ordinal);
            ImageManifest manifest = image.Manifest;
            foreach (string path in (string[])["/usr/bin/prog", "/lib64/ld-linux-x86-64.so.2", "/opt/lib/libone.so.1.0", "/usr/lib/libc.so.6"])
            {
                Assert.StartsWith(_folder["root"], TestImage.Entry(manifest, path).Source, StringComparison.Ordinal);
            }

            Assert.Equal("/opt/lib/libone.so.1.0", TestImage.Entry(manifest, "/usr/lib/libone.so.1").Target);
            Assert.DoesNotContain(manifest.Files, entry => entry.Source is { } source && !source.StartsWith(_folder.Path, StringComparison.Ordinal) && entry.Path.Contains("/lib", StringComparison.Ordinal));
            Assert.DoesNotContain(manifest.Files, entry => entry.Path.StartsWith("/proc/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_script_finds_its_interpreter_in_the_root()
    {
        MakeRoot();
        _folder.WriteText("root/srv/script", "#!/usr/bin/prog -x\n", (UnixFileMode)0b111_101_101);

        MachineImage image = new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = "/srv/script", AddedFiles = [(_folder["root"], "/")] }, _folder["image"]);

        Assert.Equal(["/usr/bin/prog", "-x", "/srv/script"], image.Config.Arguments);
        Assert.StartsWith(_folder["root"], TestImage.Entry(image.Manifest, "/usr/bin/prog").Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Absolute_links_of_a_root_stay_in_it()
    {
        MakeRoot();
        File.CreateSymbolicLink(_folder["root/usr/bin/tool"], "/usr/bin/prog");
        File.CreateSymbolicLink(_folder["root/usr/bin/loop"], "/../../usr/bin/tool");

        ImageManifest manifest = new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = "/usr/bin/loop", AddedFiles = [(_folder["root"], "/")] }, _folder["image"]).Manifest;

        Assert.Equal("/usr/bin/prog", TestImage.Entry(manifest, "/usr/bin/tool").Target);
    }

    [Fact]
    public void Users_of_the_system_are_there_and_people_are_not()
    {
        const string host = "root:x:0:0:Boss:/home/boss:/bin/zsh\nwww-data:secret:33:33:www-data:/var/www:/usr/sbin/nologin\nredis:x:106:113::/var/lib/redis:/bin/false\n"
            + "anna:x:1000:1000:Anna:/home/anna:/bin/bash\nbroken\n+::::::\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
        string passwd = HostUsers.Passwd(host);

        Assert.Equal(
            "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
            + "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nredis:x:106:113::/var/lib/redis:/bin/false\n",
            passwd);
        Assert.Equal(
            "root:x:0:\ntty:x:5:\nnogroup:x:65534:\nwww-data:x:33:\nssl-cert:x:110:redis\n",
            HostUsers.Group("root:x:0:anna\ntty:x:5:anna\nwww-data:!:33:\nssl-cert:x:110:anna,redis\nanna:x:1000:\nnogroup:x:65534:\n", passwd));
    }

    private void MakeRoot()
    {
        (TestElf.Program("libone.so.1", "libc.so.6") with { }).Save(_folder["root/usr/bin/prog"]);
        File.Copy(_folder["root/usr/bin/prog"], _folder["root/usr/bin/same"]);
        TestElf.Library("ld-linux-x86-64.so.2").Save(_folder["root/lib64/ld-linux-x86-64.so.2"]);
        TestElf.Library("libone.so.1").Save(_folder["root/opt/lib/libone.so.1.0"]);
        TestElf.Library("libc.so.6").Save(_folder["root/usr/lib/libc.so.6"]);
        File.CreateSymbolicLink(_folder["root/usr/lib/libone.so.1"], "/opt/lib/libone.so.1.0");
        File.SetUnixFileMode(_folder["root/usr/bin/prog"], (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(_folder["root/usr/bin/same"], (UnixFileMode)0b111_101_101);
        _folder.WriteText("root/proc/version", "");
    }

    private MachineImage Build(string program, params (string Host, string Guest)[] added) =>
        new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = _folder[program], AddedFiles = added }, _folder["image"]);
}
