// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Micro;

/// <summary>
/// Runs the body of a benchmark on one or two threads at once; the second thread lives as long as the benchmark, so that starting it is not measured.
/// </summary>
internal sealed class PairedThreads
{
    private readonly Thread? _second;
    private Action<int> _body = _ => { };
    private int _started;
    private int _finished;
    private bool _stop;

    public PairedThreads(int threads)
    {
        if (threads == 2)
        {
            _second = new Thread(RunSecond) { IsBackground = true };
            _second.Start();
        }
    }

    /// <summary>Runs the body with 0 here and, with two threads, with 1 on the other thread; returns when both are done.</summary>
    public void Run(Action<int> body)
    {
        if (_second is null)
        {
            body(0);
            return;
        }

        int round = _finished + 1;
        _body = body;
        Volatile.Write(ref _started, round);
        body(0);
        var spin = new SpinWait();
        while (Volatile.Read(ref _finished) != round)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Ends the second thread.</summary>
    public void Stop()
    {
        Volatile.Write(ref _stop, true);
        _second?.Join();
    }

    private void RunSecond()
    {
        var spin = new SpinWait();
        while (!Volatile.Read(ref _stop))
        {
            int round = Volatile.Read(ref _started);
            if (round == _finished)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            _body(1);
            Volatile.Write(ref _finished, round);
        }
    }
}
