using System;
using System.Threading;
using Mote.Imaging;
using Spectre.Console;

namespace Mote.Cli;

/// <summary>
/// Shows what the image builder does, on standard error: a line that changes on a terminal, plain lines elsewhere unless they would get between the lines of
/// a program. Nothing is shown when nothing is built, and the
/// terminal library is not even loaded then.
/// </summary>
internal sealed class BuildProgress(bool verbose, PlainSteps plainSteps = PlainSteps.Shown) : IBuildProgress, IDisposable
{
    private TerminalStatus? _status;

    private static bool OnTerminal => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public void Step(string text)
    {
        if (verbose || !OnTerminal)
        {
            if (verbose || plainSteps == PlainSteps.Shown)
            {
                Report.Line("mote: " + text);
            }

            return;
        }

        if (_status is null)
        {
            _status = new TerminalStatus(TerminalText.EscapeName(text));
        }
        else
        {
            _status.Show(TerminalText.EscapeName(text));
        }
    }

    public void Detail(string text)
    {
        if (verbose)
        {
            Report.Line("mote:   " + text);
        }
    }

    public void Warning(string text)
    {
        Dispose();
        Report.Warning(text);
    }

    /// <summary>Clears the changing line.</summary>
    public void Dispose()
    {
        _status?.End();
        _status = null;
    }

    /// <summary>A spinner with the current step, on a thread of its own until it is ended.</summary>
    private sealed class TerminalStatus
    {
        private readonly ManualResetEventSlim _changed = new();
        private readonly Thread _thread;
        private volatile string _text;
        private volatile bool _ended;

        public TerminalStatus(string text)
        {
            _text = text;
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            _thread = new Thread(() => console.Status().Spinner(Spinner.Known.Dots).Start(Markup.Escape(text), Draw)) { IsBackground = true, Name = "progress" };
            _thread.Start();
        }

        public void Show(string text)
        {
            _text = text;
            _changed.Set();
        }

        public void End()
        {
            _ended = true;
            _changed.Set();
            _thread.Join();
        }

        private void Draw(StatusContext context)
        {
            while (!_ended)
            {
                _changed.Wait();
                _changed.Reset();
                context.Status(Markup.Escape(_text));
            }
        }
    }
}
