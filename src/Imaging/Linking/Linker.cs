using System;
using System.Collections.Generic;
using System.IO;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Linking;

/// <summary>
/// Finds what the dynamic loader would find for the programs of an image, and puts it there: the interpreter, every library with the links that lead to it, and at
/// the end a loader cache that names them.
/// </summary>
internal sealed class Linker(ImageAssembly assembly, string? libraryPath)
{
    private const string HostCache = "/etc/ld.so.cache";

    private readonly Dictionary<string, string> _cached = new(StringComparer.Ordinal);
    private readonly SearchPath _paths = new(assembly.Layout);
    private bool _usesGlibcLoader;

    /// <summary>
    /// Adds what a program needs; the program itself is in the image already. Returns the program with its libraries, for modules that it loads later.
    /// </summary>
    /// <param name="hostReal">The program's real host path.</param>
    /// <param name="guestReal">Its guest path, no link in it.</param>
    /// <param name="elf">What it asks for.</param>
    /// <param name="preload">The value of LD_PRELOAD, or null.</param>
    /// <exception cref="ImageException">The interpreter or a library is missing.</exception>
    public LinkScope Link(string hostReal, string guestReal, ElfFile elf, string? preload = null)
    {
        var program = new LoadedObject(guestReal, GuestPath.Folder(hostReal), GuestPath.Folder(guestReal), elf, null);
        string? interpreter = elf.Interpreter;
        if (interpreter is null)
        {
            return new LinkScope(assembly, _paths, StaticSearch.Instance, program, _cached);
        }

        AddInterpreter(interpreter, guestReal);
        var scope = new LinkScope(assembly, _paths, SearchFor(interpreter), program, _cached);
        scope.MarkLoaded(GuestPath.Name(interpreter));
        scope.Load(program, preload?.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries) ?? []);
        RuntimeLibraries.Add(scope);
        return scope;
    }

    /// <summary>Writes /etc/ld.so.cache when a program of the image uses glibc's loader. Call once, after all programs.</summary>
    public void Finish()
    {
        if (_usesGlibcLoader)
        {
            assembly.AddBytes(HostCache, LoaderCacheWriter.Write(_cached), "loader cache: where ld.so finds the image's libraries");
        }
    }

    private void AddInterpreter(string interpreter, string program)
    {
        string? real = assembly.Host.ResolveFile(assembly.Located(interpreter));
        if (real is null)
        {
            string hint = interpreter.Contains("musl", StringComparison.Ordinal)
                ? "It is the loader of musl: install the package musl, or link the program statically."
                : "Install the C library that the program was built for, or link the program statically.";
            throw new ImageException($"{program} needs the interpreter {interpreter} (the dynamic loader), and this host has no such file. {hint}");
        }

        using FileStream file = HostFiles.Open(real);
        ElfReader.Read(file, interpreter);
        assembly.AddLocated(interpreter, $"interpreter of {program}");
    }

    private ISearchOrder SearchFor(string interpreter)
    {
        if (!GuestPath.Name(interpreter).StartsWith("ld-musl", StringComparison.Ordinal))
        {
            _usesGlibcLoader = true;
            return new GlibcSearch(_paths, ReadHostCache(), libraryPath);
        }

        string? pathFile = null;
        if (assembly.Host.ResolveFile(assembly.Located(MuslSearch.PathFile)) is { } real)
        {
            pathFile = File.ReadAllText(real);
            assembly.AddLocated(MuslSearch.PathFile, $"folders that {interpreter} searches");
        }

        return new MuslSearch(_paths, pathFile, libraryPath);
    }

    private LoaderCache ReadHostCache()
    {
        string? real = assembly.Host.ResolveFile(assembly.Located(HostCache));
        return LoaderCache.Parse(real is null ? [] : File.ReadAllBytes(real));
    }
}
