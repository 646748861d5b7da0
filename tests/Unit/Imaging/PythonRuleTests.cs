using System;
using System.IO;
using System.Linq;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>On the host's own interpreter.</summary>
public sealed class PythonRuleTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const long LimitBytes = 22_000_000;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_default_image_is_small_and_its_library_imports()
    {
        MachineImage image = Build();

        Assert.InRange(image.Config.RootImageBytes, 1, LimitBytes);
        Assert.Equal("python", Assert.Single(image.Manifest.Rules).Name);
        string root = TestImage.Extract(image, _folder["out"]);
        string library = Directory.GetDirectories(root + "/usr/lib", "python3.*").Single();
        Assert.False(Directory.Exists(library + "/test"));

        // The host's interpreter on the image's library alone: -I and -S keep the host's out, the path is the image's.
        string script = "import sys; sys.path[:] = [sys.argv[1], sys.argv[1] + '/lib-dynload']; " +
            "[sys.modules.pop(m) for m in list(sys.modules) if m not in sys.builtin_module_names and m not in ('__main__', 'sys', 'builtins') and '_frozen' not in m]; " +
            "import json, hashlib, re, threading, ctypes, asyncio, decimal, unittest, http.client; print(json.dumps([json.__file__, 6 * 7]))";
        string output = TestFolder.Run(Python, "-I", "-S", "-c", script, library);
        Assert.Contains($"{library}/json/__init__.pyc\", 42]", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_left_out_is_said_and_comes_on_demand()
    {
        Assert.Contains(Build().Manifest.Notes, note => note.Contains("sqlite3", StringComparison.Ordinal) && note.Contains("python:full", StringComparison.Ordinal));
        ImageManifest full = Build("python:full").Manifest;
        Assert.Contains(full.Files, entry => entry.Path.Contains("/lib-dynload/_ssl.", StringComparison.Ordinal));
        Assert.Contains(full.Files, entry => entry.Path.EndsWith("/libcrypto.so.3", StringComparison.Ordinal));
        Assert.Contains(full.Files, entry => entry.Path.EndsWith("/sqlite3/__init__.pyc", StringComparison.Ordinal));
    }

    [Fact]
    public void No_rule_means_no_library()
    {
        ImageManifest manifest = Build("none").Manifest;

        Assert.Empty(manifest.Rules);
        Assert.DoesNotContain(manifest.Files, entry => entry.Path.EndsWith(".pyc", StringComparison.Ordinal));
    }

    [Fact]
    public void A_virtual_environment_brings_its_packages()
    {
        Directory.CreateDirectory(_folder["venv/bin"]);
        File.CreateSymbolicLink(_folder["venv/bin/python"], Python);
        _folder.WriteText("venv/pyvenv.cfg", "home = /usr/bin\n");
        string version = Path.GetFileName(File.ResolveLinkTarget(Python, returnFinalTarget: true)?.FullName ?? Python);
        _folder.WriteText($"venv/lib/{version}/site-packages/mine/__init__.py", "x = 1");
        _folder.WriteText($"venv/lib/{version}/site-packages/pip/__init__.py", "x = 1");

        ImageManifest manifest = new ImageBuilder(SilentProgress.Instance)
            .Build(new ImageRequest { ProgramPath = _folder["venv/bin/python"] }, _folder["image"]).Manifest;

        TestImage.Entry(manifest, _folder.Guest("venv/pyvenv.cfg"));
        TestImage.Entry(manifest, _folder.Guest($"venv/lib/{version}/site-packages/mine/__init__.py"));
        Assert.DoesNotContain(manifest.Files, entry => entry.Path.Contains("/site-packages/pip", StringComparison.Ordinal));
    }

    private MachineImage Build(params string[] rules) =>
        new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = Python, Rules = rules }, _folder["image"]);
}
