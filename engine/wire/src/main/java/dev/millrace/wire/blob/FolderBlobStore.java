package dev.millrace.wire.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A folder on this machine: the default, for one machine or a shared file system.
 *
 * <p>A blob appears under its name complete or not at all: it is written aside, forced to the disk,
 * and renamed.
 */
public final class FolderBlobStore implements BlobStore {
  /** Digits of the digest that name the sub-folder, so that no folder holds millions of files. */
  private static final int FAN_OUT_DIGITS = 2;

  private final Path folder;

  /** Keeps blobs under {@code folder}, which is made when it is needed. */
  public FolderBlobStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public BlobId put(byte[] content) throws IOException {
    Blobs.requireStorable(content);
    var id = BlobId.of(content);
    var file = file(id);
    if (!isKept(file, content.length)) {
      Files.createDirectories(parent(id));
      write(parent(id), file, content);
    }
    return id;
  }

  /** A file of another size was damaged from outside, and is better written again. */
  private static boolean isKept(Path file, int bytes) throws IOException {
    return Files.exists(file) && Files.size(file) == bytes;
  }

  private static void write(Path parent, Path file, byte[] content) throws IOException {
    var aside = Files.createTempFile(parent, "blob", ".part");
    try {
      force(aside, content);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceFolder(parent);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static void force(Path file, byte[] content) throws IOException {
    try (var channel = FileChannel.open(file, Set.of(StandardOpenOption.WRITE))) {
      var rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** The new name is on the disk only when the folder is. */
  private static void forceFolder(Path parent) throws IOException {
    try (var channel = FileChannel.open(parent, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public byte[] get(BlobId id) throws IOException {
    Blobs.requireReadable(id, size(id));
    try {
      return Blobs.verified(id, Files.readAllBytes(file(id)));
    } catch (NoSuchFileException e) {
      throw new MissingBlobException(id, e);
    }
  }

  @Override
  public long size(BlobId id) throws IOException {
    try {
      return Files.size(file(id));
    } catch (NoSuchFileException e) {
      throw new MissingBlobException(id, e);
    }
  }

  private Path file(BlobId id) {
    return parent(id).resolve(id.sha256());
  }

  private Path parent(BlobId id) {
    return folder.resolve(id.sha256().substring(0, FAN_OUT_DIGITS));
  }
}
