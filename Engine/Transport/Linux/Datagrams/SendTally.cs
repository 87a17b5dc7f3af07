// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>What became of the datagrams of one send: taken by the kernel, or dropped for a reason.</summary>
internal struct SendTally
{
    private int _queueFull;
    private int _tooLarge;
    private int _failed;

    public int Datagrams { get; private set; }

    public int Bytes { get; private set; }

    /// <summary>Datagrams that were dropped.</summary>
    public readonly int Dropped => _queueFull + _tooLarge + _failed;

    /// <summary>Sends a whole batch to many peers: what cannot be sent to one of them is dropped.</summary>
    /// <param name="fd">A UDP socket without a peer.</param>
    /// <param name="batch">The datagrams.</param>
    /// <param name="sendsApart">Set when a run had to be sent datagram by datagram.</param>
    public void Send(int fd, SendBatch batch, ref bool sendsApart) => Send(fd, batch, ref sendsApart, hasPeer: false, out _);

    /// <summary>
    /// Sends a whole batch to one peer. An error of the path ends it early: then the index of the message that met it comes back, otherwise -1.
    /// </summary>
    /// <param name="fd">A UDP socket with a peer.</param>
    /// <param name="batch">The datagrams.</param>
    /// <param name="sendsApart">Set when a run had to be sent datagram by datagram.</param>
    /// <param name="met">The error.</param>
    public int Send(int fd, SendBatch batch, ref bool sendsApart, out PathError met) => Send(fd, batch, ref sendsApart, hasPeer: true, out met);

    public void Count(int datagrams, int bytes)
    {
        Datagrams += datagrams;
        Bytes += bytes;
    }

    public void Drop(IoResult failure, int datagrams)
    {
        switch (DatagramErrors.ToSendFailure(failure))
        {
            case SendFailure.QueueFull:
                _queueFull += datagrams;
                break;
            case SendFailure.TooLarge:
                _tooLarge += datagrams;
                break;
            default:
                _failed += datagrams;
                break;
        }
    }

    /// <summary>Reports the drops.</summary>
    public readonly void ReportDrops(IUdpForwarder forwarder, Listener listener)
    {
        Report(forwarder, listener, SendFailure.QueueFull, _queueFull);
        Report(forwarder, listener, SendFailure.TooLarge, _tooLarge);
        Report(forwarder, listener, SendFailure.Failed, _failed);
    }

    private int Send(int fd, SendBatch batch, ref bool sendsApart, bool hasPeer, out PathError met)
    {
        met = PathError.None;

        // Every round takes or drops at least one message.
        for (int first = 0; first < batch.Count;)
        {
            IoResult result = batch.Send(fd, first);
            if (!result.Failed)
            {
                for (int end = first + result.Value; first < end; first++)
                {
                    (int datagrams, int bytes) = batch.Size(first);
                    Count(datagrams, bytes);
                }

                continue;
            }

            (int inRun, _) = batch.Size(first);
            bool mayBeTheRun = inRun > 1 && result.Error is Errno.EINVAL or Errno.EMSGSIZE or Errno.EIO;
            if (hasPeer && DatagramErrors.ToSendFailure(result) != SendFailure.QueueFull)
            {
                met = mayBeTheRun ? DatagramErrors.Take(fd) : DatagramErrors.TakeAfter(fd, result);
                if (met != PathError.None)
                {
                    return first;
                }
            }

            int left = inRun;
            if (mayBeTheRun)
            {
                sendsApart = true;
                (int sent, int sentBytes, result) = batch.SendApart(fd, first);
                Count(sent, sentBytes);
                left -= sent;
                if (hasPeer && sent == 0 && DatagramErrors.ToSendFailure(result) == SendFailure.Failed)
                {
                    met = PathError.Local;
                    return first;
                }
            }

            Drop(result, left);
            first++;
        }

        return -1;
    }

    private static void Report(IUdpForwarder forwarder, Listener listener, SendFailure failure, int count)
    {
        if (count > 0)
        {
            forwarder.Dropped(listener, FlowReasons.Dropped(failure), count);
        }
    }
}
