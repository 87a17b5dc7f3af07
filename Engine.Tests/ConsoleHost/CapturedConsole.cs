// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>What this test alone writes to the console, in this process: other tests run beside it and keep theirs.</summary>
internal sealed class CapturedConsole : IDisposable
{
    private static readonly FlowingWriter Out = new(Console.Out);
    private static readonly FlowingWriter Error = new(Console.Error);

    static CapturedConsole()
    {
        Console.SetOut(Out);
        Console.SetError(Error);
    }

    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public CapturedConsole()
    {
        Out.Own = TextWriter.Synchronized(_output);
        Error.Own = TextWriter.Synchronized(_errors);
    }

    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    public void Dispose()
    {
        Out.Own = null;
        Error.Own = null;
    }

    /// <summary>Leads to the writer of whoever writes, as far as that flows with the calls.</summary>
    private sealed class FlowingWriter(TextWriter common) : TextWriter
    {
        private readonly AsyncLocal<TextWriter?> _own = new();

        public TextWriter? Own
        {
            get => _own.Value;
            set => _own.Value = value;
        }

        public override Encoding Encoding => common.Encoding;

        public override void Write(char value) => (Own ?? common).Write(value);

        public override void Write(string? value) => (Own ?? common).Write(value);

        public override void WriteLine(string? value) => (Own ?? common).WriteLine(value);
    }
}
