using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;
using Mote.Imaging.Linking;
using Mote.Imaging.Tree;

namespace Mote.Imaging;

/// <summary>Puts an executable into the image as the kernel would start it: an ELF file, or a script with the interpreter that its first line names.</summary>
internal sealed class ExecutableLoader(ImageAssembly assembly, Linker linker, string? preload)
{
    // BINPRM_BUF_SIZE and the depth of scripts in scripts (Linux: include/uapi/linux/binfmts.h, fs/exec.c).
    private const int MaxScriptLine = 256;
    private const int MaxScripts = 5;

    /// <summary>Adds the executable. <paramref name="guestPath"/> null means its own path.</summary>
    /// <exception cref="ImageException">It cannot be started.</exception>
    public LoadedProgram Load(string hostPath, string? guestPath, string why) => Load(hostPath, guestPath, why, 0);

    private LoadedProgram Load(string hostPath, string? guestPath, string why, int depth)
    {
        string real = assembly.Host.ResolveFile(hostPath) ?? throw new ImageException($"There is no file {hostPath} ({why}).");
        using FileStream file = HostFiles.Open(real);
        if (ElfReader.IsElf(file) || !IsScript(file))
        {
            return LoadElf(hostPath, real, guestPath, why, file);
        }

        CheckPermission(hostPath, real);
        if (depth == MaxScripts)
        {
            throw new ImageException($"{hostPath} is a script whose interpreter is a script, and so on more than {MaxScripts} times.");
        }

        (string interpreter, string? argument) = ReadScriptLine(file, hostPath);
        string script = Add(hostPath, guestPath, why);
        LoadedProgram program;
        try
        {
            program = Load(assembly.Located(interpreter), null, $"interpreter of the script {script}", depth + 1);
        }
        catch (ImageException e) when (!assembly.Host.IsFile(assembly.Located(interpreter)))
        {
            throw new ImageException($"The script {hostPath} asks for the interpreter {interpreter}, and there is no such file. Install it or change the first line.", e);
        }

        // execve(2): interpreter [argument] script arguments.
        var arguments = new List<string>(program.Arguments);
        if (argument is not null)
        {
            arguments.Add(argument);
        }

        arguments.Add(script);
        program = program with { Arguments = arguments, Script = hostPath };
        return GuestPath.Name(interpreter) == "env" && argument is not null ? ThroughEnv(program, hostPath, script, argument, depth) : program;
    }

    private LoadedProgram LoadElf(string hostPath, string real, string? guestPath, string why, FileStream file)
    {
        ElfFile elf = ElfReader.Read(file, hostPath, RuntimeLibraries.Triggers);
        if (ElfComplaints.NotStartable(hostPath, elf) is { } complaint)
        {
            throw new ImageException(complaint);
        }

        CheckPermission(hostPath, real);
        string guest = Add(hostPath, guestPath, why);
        string guestReal = guestPath ?? assembly.Layout.Map(real);
        LinkScope scope = linker.Link(real, guestReal, elf, preload);
        return new LoadedProgram(guest, [guest], hostPath, real, guestReal, scope);
    }

    // #!/usr/bin/env NAME: env looks NAME up in PATH, so what it would find must be there too. The image starts it directly.
    private LoadedProgram ThroughEnv(LoadedProgram env, string scriptHost, string script, string name, int depth)
    {
        string path = assembly.Environment["PATH"];
        foreach (string folder in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = assembly.Located(folder + "/" + name);
            if (assembly.Host.IsFile(candidate))
            {
                LoadedProgram program = Load(candidate, null, $"found by {env.EntryPoint} for the script {script}", depth + 1);
                return program with { Arguments = [.. program.Arguments, script], Script = scriptHost };
            }
        }

        throw new ImageException($"The script {script} asks {env.EntryPoint} for {name}, and {name} is in none of the folders of PATH ({path}). Install it, or name its path in the script's first line.");
    }

    private string Add(string hostPath, string? guestPath, string why)
    {
        if (guestPath is null)
        {
            return assembly.AddHostPath(hostPath, why)!;
        }

        assembly.AddHostFileAt(hostPath, guestPath, why);
        return guestPath;
    }

    private void CheckPermission(string hostPath, string real)
    {
        if (!assembly.Host.Look(real).IsExecutable)
        {
            throw new ImageException($"{hostPath} has no execute permission. Give it with: chmod +x {hostPath}");
        }
    }

    private static bool IsScript(FileStream file)
    {
        file.Position = 0;
        return file.ReadByte() == '#' && file.ReadByte() == '!';
    }

    private static (string Interpreter, string? Argument) ReadScriptLine(FileStream file, string path)
    {
        byte[] start = new byte[MaxScriptLine];
        file.Position = 0;
        int count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        string line = Encoding.UTF8.GetString(start, 2, count - 2);
        int end = line.IndexOf('\n', StringComparison.Ordinal);
        line = (end < 0 ? line : line[..end]).Trim(' ', '\t');
        if (line.EndsWith('\r'))
        {
            throw new ImageException($"The script {path} has Windows line ends, so its first line names an interpreter that does not exist. Convert it with: sed -i 's/\\r$//' {path}");
        }

        string[] words = line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !words[0].StartsWith('/'))
        {
            throw new ImageException($"The first line of the script {path} must name its interpreter by an absolute path, such as #!/bin/sh or #!/usr/bin/env python3");
        }

        return (words[0], words.Length > 1 ? words[1].Trim(' ', '\t') : null);
    }
}
