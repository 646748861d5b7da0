using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>The rules for Go, Java and Node.js, on programs and folders made for the purpose.</summary>
public sealed class LanguageRuleTests : IDisposable
{
    // elf(5): lengths of name and description, the type, the name, the description.
    private static readonly byte[] s_goNote = [4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, .. "Go\0\0"u8, .. "id\0\0"u8];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Go_gets_time_zones_and_certificates_when_it_reads_them()
    {
        (TestElf.Program() with { Note = s_goNote, Symbols = ["time.LoadLocation", "/etc/ssl/certs/ca-certificates.crt"] }).Save(_folder["reads"]);
        (TestElf.Program() with { Note = s_goNote }).Save(_folder["plain"]);
        (TestElf.Program() with { Symbols = ["time.LoadLocation"] }).Save(_folder["other"]);

        ImageManifest reads = Build("reads").Manifest;
        Assert.Equal("go", Assert.Single(reads.Rules).Name);
        Assert.Equal(Directory.Exists("/usr/share/zoneinfo/Europe"), reads.Files.Any(entry => entry.Path == "/usr/share/zoneinfo/Europe/Berlin"));
        Assert.DoesNotContain(reads.Files, entry => entry.Path.StartsWith("/usr/share/zoneinfo/right", StringComparison.Ordinal));
        Assert.Equal(File.Exists("/etc/ssl/certs/ca-certificates.crt"), reads.Files.Any(entry => entry.Path == "/etc/ssl/certs/ca-certificates.crt"));

        ImageManifest plain = Build("plain").Manifest;
        Assert.Equal("go", Assert.Single(plain.Rules).Name);
        Assert.DoesNotContain(plain.Files, entry => entry.Path.StartsWith("/usr/share/zoneinfo", StringComparison.Ordinal));
        Assert.Empty(Build("other").Manifest.Rules);
    }

    [Fact]
    public void Java_gets_its_runtime_with_the_settings_behind_links()
    {
        MakeJava();
        ImageManifest manifest = Build("jvm/bin/java").Manifest;

        Assert.Equal("java", Assert.Single(manifest.Rules).Name);
        foreach (string path in (string[])["lib/modules", "lib/server/libjvm.so", "lib/libnio.so", "lib/libextnet.so", "conf/security/java.security", "lib/jvm.cfg", "libmachine.so"])
        {
            TestImage.Entry(manifest, _folder.Guest("jvm/" + path));
        }

        TestImage.Entry(manifest, _folder.Guest("etc/java.security"));
        Assert.DoesNotContain(manifest.Files, entry => entry.Path.EndsWith("/libawt.so", StringComparison.Ordinal) || entry.Path.EndsWith("/src.zip", StringComparison.Ordinal));
        string note = Assert.Single(manifest.Notes);
        Assert.Contains("java:desktop", note, StringComparison.Ordinal);

        // One for windows, one whose library the host lacks, another of that kind, and one that counts on such a one.
        foreach (string name in (string[])["libawt", "libbroken", "libagain", "libalas"])
        {
            Assert.Contains(name, note, StringComparison.Ordinal);
            Assert.DoesNotContain(manifest.Files, entry => entry.Path.EndsWith($"/{name}.so", StringComparison.Ordinal));
        }

        Assert.Contains(Build("jvm/bin/java", rules: ["java:desktop"]).Manifest.Files, entry => entry.Path.EndsWith("/libawt.so", StringComparison.Ordinal));
    }

    [Fact]
    public void Java_gets_the_JAR_files_that_arguments_and_manifests_name()
    {
        MakeJava();
        WriteJar("app/main.jar", "Manifest-Version: 1.0\r\nClass-Path: lib/one.jar\r\n  ../two.jar\r\n");
        WriteJar("app/lib/one.jar", "Class-Path: three.jar\n");
        WriteJar("app/lib/three.jar", "");
        WriteJar("two.jar", "");
        _folder.WriteText("classes/A.class", "");

        ImageManifest manifest = Build("jvm/bin/java", "-cp", _folder["classes"], "-jar", _folder["app/main.jar"], "unrelated.jar").Manifest;

        foreach (string path in (string[])["app/main.jar", "app/lib/one.jar", "app/lib/three.jar", "two.jar", "classes/A.class"])
        {
            TestImage.Entry(manifest, _folder.Guest(path));
        }
    }

    [Fact]
    public void Mono_gets_what_lies_beside_its_program_and_is_referred_to()
    {
        TestElf.Program().Save(_folder["bin/mono-sgen"]);
        string own = typeof(LanguageRuleTests).Assembly.Location;
        string folder = Path.GetDirectoryName(own)!;
        Directory.CreateDirectory(_folder["app"]);
        File.Copy(own, _folder["app/hello.exe"]);
        File.Copy(Path.Combine(folder, "Mote.Imaging.dll"), _folder["app/Mote.Imaging.dll"]);
        _folder.WriteText("app/hello.exe.config", "<configuration/>");
        _folder.WriteText("app/Mote.Imaging.dll.config", "<configuration/>");
        File.Copy(own, _folder["app/other.dll"]);

        ImageManifest manifest = Build("bin/mono-sgen", "--debug", _folder["app/hello.exe"], "argument").Manifest;

        Assert.Contains(manifest.Rules, rule => rule.Name == "mono");
        foreach (string path in (string[])["app/hello.exe", "app/hello.exe.config", "app/Mote.Imaging.dll", "app/Mote.Imaging.dll.config"])
        {
            TestImage.Entry(manifest, _folder.Guest(path));
        }

        Assert.DoesNotContain(manifest.Files, entry => entry.Path.EndsWith("/other.dll", StringComparison.Ordinal));
    }

    [Fact]
    public void Node_gets_the_package_of_its_script()
    {
        MakeNode();
        _folder.WriteText("site/package.json", "{}");
        _folder.WriteText("site/lib/deep/used.js", "");
        _folder.WriteText("site/.git/config", "");
        _folder.WriteText("site/node_modules/dep/index.js", "");
        _folder.WriteText("node_modules/upper/index.js", "");
        _folder.WriteText("site/bin/cli.js", $"#!{_folder["bin/node"]}\nrequire('../lib/deep/used')", (UnixFileMode)0b111_101_101);

        foreach (ImageManifest manifest in (ImageManifest[])[Build("site/bin/cli.js").Manifest, Build("bin/node", "--no-warnings", _folder["site/bin/cli.js"], "x").Manifest])
        {
            Assert.Equal("node", Assert.Single(manifest.Rules).Name);
            foreach (string path in (string[])["site/bin/cli.js", "site/package.json", "site/lib/deep/used.js", "site/node_modules/dep/index.js", "node_modules/upper/index.js"])
            {
                TestImage.Entry(manifest, _folder.Guest(path));
            }

            Assert.DoesNotContain(manifest.Files, entry => entry.Path.Contains("/.git", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Node_gets_the_files_that_a_script_alone_names()
    {
        MakeNode();
        _folder.WriteText("a.js", "const b = require('./b'); import('./c.mjs'); require('fs'); require('./none');");
        _folder.WriteText("b/index.js", "require(\"../data.json\")");
        _folder.WriteText("c.mjs", "import x from './d.mjs';\nexport * from './a.js'; new Worker('./w.js')");
        _folder.WriteText("d.mjs", "");
        _folder.WriteText("w.js", "");
        _folder.WriteText("data.json", "{}");
        _folder.WriteText("other.js", "");

        ImageManifest manifest = Build("bin/node", _folder["a.js"]).Manifest;

        foreach (string path in (string[])["a.js", "b/index.js", "c.mjs", "d.mjs", "w.js", "data.json"])
        {
            TestImage.Entry(manifest, _folder.Guest(path));
        }

        Assert.DoesNotContain(manifest.Files, entry => entry.Path.EndsWith("/other.js", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_named_by_an_argument_stays_out_where_the_user_arranged_it()
    {
        MakeNode();
        _folder.WriteText("script.js", "");
        var request = new ImageRequest { ProgramPath = _folder["bin/node"], Arguments = ["/a/script.js"], AddedFiles = [(_folder["script.js"], "/a/script.js")] };

        MachineImage image = new ImageBuilder(SilentProgress.Instance).Build(request, _folder["image"]);

        Assert.Equal("/", image.Config.WorkingDirectory);
        Assert.Single(image.Manifest.Files, entry => entry.Path.EndsWith("/script.js", StringComparison.Ordinal));
    }

    private void MakeJava()
    {
        (TestElf.Program("libjli.so") with { Runpath = "$ORIGIN/../lib" }).Save(_folder["jvm/bin/java"]);
        TestElf.Library("libjli.so").Save(_folder["jvm/lib/libjli.so"]);
        TestElf.Library("libmachine.so").Save(_folder["jvm/libmachine.so"]);
        (TestElf.Library("libjvm.so", "libmachine.so") with { Runpath = "$ORIGIN/../.." }).Save(_folder["jvm/lib/server/libjvm.so"]);
        TestElf.Library("libnio.so").Save(_folder["jvm/lib/libnio.so"]);
        (TestElf.Library("libextnet.so", "libjvm.so", "libnio.so") with { Rpath = "$ORIGIN" }).Save(_folder["jvm/lib/libextnet.so"]);
        TestElf.Library("libbroken.so", "libnowhere.so.1").Save(_folder["jvm/lib/libbroken.so"]);
        TestElf.Library("libalas.so", "libbroken.so").Save(_folder["jvm/lib/libalas.so"]);
        TestElf.Library("libagain.so", "libnowhere.so.1").Save(_folder["jvm/lib/libagain.so"]);
        TestElf.Library("libawt.so").Save(_folder["jvm/lib/libawt.so"]);
        _folder.WriteText("jvm/lib/modules", "");
        _folder.WriteText("jvm/lib/jvm.cfg", "");
        _folder.WriteText("jvm/lib/src.zip", "");
        _folder.WriteText("etc/java.security", "");
        Directory.CreateDirectory(_folder["jvm/conf/security"]);
        File.CreateSymbolicLink(_folder["jvm/conf/security/java.security"], _folder["etc/java.security"]);
    }

    private void MakeNode() => TestElf.Program().Save(_folder["bin/node"]);

    private void WriteJar(string path, string manifest)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        using var archive = new ZipArchive(File.Create(_folder[path]), ZipArchiveMode.Create);
        using Stream entry = archive.CreateEntry("META-INF/MANIFEST.MF").Open();
        entry.Write(Encoding.UTF8.GetBytes(manifest));
    }

    private MachineImage Build(string program, params string[] arguments) => Build(program, [], arguments);

    private MachineImage Build(string program, string[] rules, params string[] arguments) =>
        new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = _folder[program], Arguments = arguments, Rules = rules }, _folder["image"]);
}
